using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Knowledge;
using Amend.Editing.HyperNetworks.Objectives;
using Amend.Models;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>KnowledgeEditor's network against the authors' learner: condition, gates, updates, losses, and repeated updates.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class KnowledgeEditorParityTests
{
    public static TheoryData<string> Classifiers => KnowledgeNetworkCase.Named("ke_bert");

    public static TheoryData<string> Loops => KnowledgeNetworkCase.Named("ke_bert_loop");

    public static TheoryData<string> EncoderDecoders => KnowledgeNetworkCase.Named("ke_bart");

    public static TheoryData<string> Decoders => KnowledgeNetworkCase.Named("efk_gpt2");

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void A_classifiers_update_and_its_objective_are_those_of_the_reference(string id)
    {
        using var given = KnowledgeNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        var (model, network, expected, tolerance) = (given.Model, given.Network, given.Expected, given.Tolerance);
        using var batch = TargetBatch.Create(model, [.. Claims(given.Json)]);
        var retained = batch.Count - 1;
        AssertLogits("logits_before", expected["logits_before"], batch);
        var before = batch.Distributions();
        TensorAssert.CloseRelative("edit_loss_before", expected["edit_loss_before"], EditLosses.Smoothed(before, batch.Ids, 0)[retained..], tolerance);

        var condition = network.Condition(ConditionIds(given.Json));
        TensorAssert.CloseRelative("condition", expected["condition"], condition, tolerance);
        var gradients = network.Gradients(model, Edit(given.Json));
        var factors = network.Factors(condition);
        var updates = factors.ToDictionary(of => of.Key, of => of.Value.Update(gradients[of.Key]));
        foreach (var (weight, of) in factors)
        {
            TensorAssert.CloseRelative($"{weight}.grad", expected[$"{weight}.grad"], gradients[weight], tolerance);
            TensorAssert.CloseRelative($"{weight}.scale", expected[$"{weight}.scale"], of.Scale, tolerance);
            AssertUpdate(given, weight, of, updates[weight], "delta");
        }

        using var view = model.View();
        foreach (var (weight, update) in updates)
            view.Add(weight, update);
        AssertLogits("logits_after", expected["logits_after"], batch);
        var after = batch.Distributions();
        TensorAssert.CloseRelative("kl_per_item", expected["kl_per_item"], EditObjective.Divergence(before, after, exclusive: true)[..retained], tolerance);
        TensorAssert.CloseRelative("cr", expected["cr"], EditLosses.Smoothed(after, batch.Ids, 0)[retained..], tolerance);
        TensorAssert.CloseRelative("lp", expected["lp"][0], EditLosses.Distance(updates.Values, power: 2), tolerance);
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public void Updates_found_anew_on_the_updated_weights_add_up_and_stop_as_the_reference_does(string id)
    {
        using var given = KnowledgeNetworkCase.Open(id);
        foreach (var run in given.Json.GetProperty("runs").EnumerateObject())
        {
            using var scope = NewDisposeScope();
            using var batch = TargetBatch.Create(given.Model, [.. Claims(run.Value)]);
            AssertLogits($"{run.Name}.logits_before", given.Expected[$"{run.Name}.logits_before"], batch);
            for (var applications = 1; applications <= 3; applications++)
                AssertApplications(given, run, batch, $"application{applications}", new RepeatedUpdate(applications, AddsFirst: false), () => false);

            using var edit = TargetBatch.Create(given.Model, [Claims(run.Value)[^1]]);
            var stopped = AssertApplications(given, run, batch, "stop_rule", new RepeatedUpdate(5, AddsFirst: false), () => edit.Answers()[0].IsTarget);
            Assert.Equal(run.Value.GetProperty("stop_rule_applications").GetInt32(), stopped);
        }
    }

    [Theory]
    [MemberData(nameof(EncoderDecoders))]
    public void An_encoder_decoders_update_its_objective_and_its_repetition_are_those_of_the_reference(string id)
    {
        using var given = KnowledgeNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        var (model, network, expected, tolerance) = (given.Model, given.Network, given.Expected, given.Tolerance);
        var rows = given.Json.GetProperty("batch");
        using var batch = TargetBatch.Create(model, [.. Answers(rows)]);
        using var edit = TargetBatch.Create(model, [Answers(rows)[^1]]);
        var retained = batch.Targets.SkipLast(1).Sum(target => target.Count);
        Assert.Equal(network.Weights.Order(), PublishedFilter.Find(model, [0], []).Select(weight => weight.Name).Order());
        TensorAssert.CloseRelative("grad_loss", expected["grad_loss"][0], edit.Loss(), tolerance);

        var condition = network.Condition(KnowledgeNetworkCase.Ids(KnowledgeNetworkCase.Texts(rows, "cond_")[0]));
        TensorAssert.CloseRelative("condition", expected["condition"], condition, tolerance);
        var gradients = network.Gradients(model, new EditRequest(Answers(rows)[^1].Prompt, null, Answers(rows)[^1].Target));
        var factors = network.Factors(condition);
        var updates = factors.ToDictionary(of => of.Key, of => of.Value.Update(gradients[of.Key]));
        foreach (var (weight, of) in factors)
            AssertUpdate(given, weight, of, updates[weight], "delta");
        TensorAssert.CloseRelative("lp", expected["lp"][0], EditLosses.Distance(updates.Values, given.Json.GetProperty("p").GetDouble()), tolerance);

        var before = batch.Distributions();
        AssertDistributions("logits_before", expected["logits_before"], before, batch, tolerance);
        AssertGreedy("greedy_before");
        for (var applications = 1; applications <= 3; applications++)
        {
            var (sum, _, _) = new RepeatedUpdate(applications, AddsFirst: true).Find(model, () => updates.ToDictionary(of => of.Key, of => of.Value.alias()), () => false);
            using var view = Added(model, sum);
            var after = batch.Distributions();
            AssertDistributions($"application{applications}.logits", expected[$"application{applications}.logits"], after, batch, tolerance);
            if (applications > 1)
                continue;
            AssertGreedy("greedy_application1");
            var divergence = EditObjective.Divergence(before, after, exclusive: true);
            TensorAssert.CloseRelative("kl", expected["kl"][0], divergence[..retained].mean(), tolerance);
            var smoothed = EditLosses.Smoothed(after, batch.Ids, given.Json.GetProperty("eps").GetDouble());
            TensorAssert.CloseRelative("cr", expected["cr"][0], smoothed[retained..].mean(), tolerance);
        }

        // The stored ids begin with the token that begins every output.
        void AssertGreedy(string name)
        {
            int[] stored = [.. expected[name].data<long>().ToArray().Skip(1).Select(id => (int)id)];
            var source = KnowledgeNetworkCase.Ids(Answers(rows)[^1].Prompt);
            var written = new Amend.Models.Generation.Generator(model).Generate([source], new() { MaxNewTokens = stored.Length })[0];
            Assert.NotEmpty(written);
            Assert.Equal(stored.Take(written.Count), written);
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Decoder_edits_in_turn_are_those_of_the_reference(string id)
    {
        using var given = KnowledgeNetworkCase.Open(id);
        using var scope = NewDisposeScope();
        var (model, network, expected, tolerance) = (given.Model, given.Network, given.Expected, given.Tolerance);
        using var view = model.View();
        foreach (var (at, edit) in given.Json.GetProperty("edits").EnumerateArray().Index())
        {
            var request = Continued(edit.GetProperty("batch"));
            using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
            TensorAssert.CloseRelative("nll_before", expected[$"edit{at}.nll_before"][0], batch.Loss(), tolerance);
            // Without a condition of its own, an edit's whole row is read.
            var ids = edit.GetProperty("cond") is { ValueKind: JsonValueKind.Object } text
                ? KnowledgeNetworkCase.Ids(KnowledgeNetworkCase.Texts(text, "")[0])
                : network.ConditionIds(model, request);
            var condition = network.Condition(ids);
            TensorAssert.CloseRelative("condition", expected[$"edit{at}.condition"], condition, tolerance);

            var gradients = network.Gradients(model, request);
            foreach (var (weight, of) in network.Factors(condition))
            {
                var update = of.Update(gradients[weight]);
                AssertOfEdit("grad", gradients[weight]);
                AssertOfEdit("update", update);
                AssertScale(given, $"edit{at}.{weight}", of);
                view.Add(weight, update);

                void AssertOfEdit(string what, Tensor found)
                {
                    if (expected.Names.Contains($"edit{at}.{weight}.{what}"))
                        TensorAssert.CloseRelative($"edit{at}.{weight}.{what}", expected[$"edit{at}.{weight}.{what}"], given.AsStored(weight, found), tolerance);
                }
            }

            TensorAssert.CloseRelative("nll_after", expected[$"edit{at}.nll_after"][0], batch.Loss(), tolerance);
            TensorAssert.CloseRelative("logits_after", expected[$"edit{at}.logits_after"], Logits(model, WrittenIds.TextOf(Row(edit.GetProperty("batch")))), tolerance);
            var probe = Logits(model, KnowledgeNetworkCase.Texts(edit.GetProperty("probe"), "")[0]);
            TensorAssert.CloseRelative("probe_logits_after", expected[$"edit{at}.probe_logits_after"], probe[.., -1], tolerance);
        }
    }

    private static int AssertApplications(
        KnowledgeNetworkCase given, JsonProperty run, TargetBatch batch, string name, RepeatedUpdate repeated, Func<bool> isReached)
    {
        var found = 0;
        var (sum, applications, _) = repeated.Find(given.Model, FindNext, isReached);
        using var view = Added(given.Model, sum);
        AssertLogits($"{run.Name}.{name}.logits", given.Expected[$"{run.Name}.{name}.logits"], batch);
        return applications;

        // Of each number of applications, the last update is stored.
        Dictionary<string, Tensor> FindNext()
        {
            var updates = Update(given, run.Value);
            found++;
            foreach (var (weight, update) in updates.Where(_ => found == repeated.Most && given.Expected.Names.Contains($"{run.Name}.{name}.{updates.Keys.First()}.delta")))
                TensorAssert.CloseRelative($"{run.Name}.{name}.{weight}.delta", given.Expected[$"{run.Name}.{name}.{weight}.delta"], update, given.Tolerance);
            return updates;
        }
    }

    private static Dictionary<string, Tensor> Update(KnowledgeNetworkCase given, JsonElement run)
    {
        var gradients = given.Network.Gradients(given.Model, Edit(run));
        return given.Network.Factors(given.Network.Condition(ConditionIds(run))).ToDictionary(of => of.Key, of => of.Value.Update(gradients[of.Key]));
    }

    private static void AssertUpdate(KnowledgeNetworkCase given, string weight, UpdateFactors factors, Tensor update, string name)
    {
        var (expected, tolerance) = (given.Expected, given.Tolerance);
        AssertScale(given, weight, factors);
        TensorAssert.CloseRelative($"{weight}.{name}", expected[$"{weight}.{name}"], given.AsStored(weight, update), tolerance);
        if (!expected.Names.Contains($"{weight}.A"))
            return;
        TensorAssert.CloseRelative($"{weight}.A", expected[$"{weight}.A"], given.AsStored(weight, factors.GateOut.outer(factors.GateIn)), tolerance);
        TensorAssert.CloseRelative($"{weight}.B", expected[$"{weight}.B"], given.AsStored(weight, factors.ShiftOut.outer(factors.ShiftIn)), tolerance);
    }

    private static void AssertScale(KnowledgeNetworkCase given, string weight, UpdateFactors factors) => TensorAssert.CloseRelative(
        $"{weight}.scale", given.Expected[$"{weight}.scalar_raw"].sigmoid() * given.MaxScale, factors.Scale, given.Tolerance);

    /// <summary>The logit of a single label is the difference of its two log-probabilities.</summary>
    private static void AssertLogits(string name, Tensor expected, TargetBatch batch)
    {
        var both = batch.Distributions();
        TensorAssert.CloseRelative(name, expected, both[.., 1] - both[.., 0], 1e-4);
    }

    private static void AssertDistributions(string name, Tensor logits_BTV, Tensor found_NV, TargetBatch batch, double tolerance)
    {
        var stored = nn.functional.log_softmax(logits_BTV, -1).index(TensorIndex.Tensor(batch.Rows), TensorIndex.Tensor(batch.Places));
        TensorAssert.CloseRelative(name, stored, found_NV, tolerance);
    }

    private static Amend.Models.Weights.WeightView Added(LanguageModel model, IReadOnlyDictionary<string, Tensor> updates)
    {
        var view = model.View();
        foreach (var (weight, update) in updates)
            view.Add(weight, update);
        return view;
    }

    /// <summary>The stored rows with labels: the last is the edit's, and only its label matters.</summary>
    private static IReadOnlyList<(string Prompt, string Target)> Claims(JsonElement run)
    {
        double[] labels = [.. run.GetProperty("labels").EnumerateArray().Select(label => label.GetDouble())];
        return [.. KnowledgeNetworkCase.Texts(run, "src_").Select(text => (text, labels[^1] > 0 ? "LABEL_0" : "not LABEL_0"))];
    }

    private static EditRequest Edit(JsonElement run) => Claims(run)[^1] is var (prompt, target) ? new EditRequest(prompt, null, target) : throw new InvalidOperationException();

    private static IReadOnlyList<int> ConditionIds(JsonElement run) => KnowledgeNetworkCase.Ids(KnowledgeNetworkCase.Texts(run, "cond_")[0]);

    /// <summary>Inputs and targets without what every output begins with.</summary>
    private static IReadOnlyList<(string Prompt, string Target)> Answers(JsonElement rows) =>
    [
        .. KnowledgeNetworkCase.Texts(rows, "src_").Zip(
            KnowledgeNetworkCase.Texts(rows, "trg_"), (source, target) => (source, WrittenIds.TextOf(KnowledgeNetworkCase.Ids(target).Skip(1)))),
    ];

    private static int[] Row(JsonElement batch) => [.. batch.GetProperty("input_ids")[0].EnumerateArray().Select(id => id.GetInt32())];

    private static EditRequest Continued(JsonElement batch)
    {
        var start = batch.GetProperty("labels")[0].EnumerateArray().TakeWhile(id => id.GetInt32() < 0).Count();
        return new EditRequest(WrittenIds.TextOf(Row(batch)[..start]), null, WrittenIds.TextOf(Row(batch)[start..]));
    }

    private static Tensor Logits(LanguageModel model, string text)
    {
        using var none = no_grad();
        return model.Logits(Amend.Models.Shapes.TokenBatch.Pad([model.Tokenize(text).Ids], padding: 0));
    }
}
