using Amend.Editing.Editors.Knowledge;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Knowledge;

[NoTensorLeaks]
public sealed class KnowledgeNetworkTests
{
    private static readonly EditRequest Cat = new("The cat sat on", null, "mat") { TargetTrue = "sofa" };

    [Theory]
    [InlineData(ConditionForm.Change)]
    [InlineData(ConditionForm.Sentence)]
    public void The_learners_gradients_are_those_of_finite_differences(ConditionForm condition)
    {
        const double Step = 1e-2;
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var model = TinyModels.Gpt2(layers: 2);
        using var network = Make(model, condition);
        using var rows = TargetBatch.Create(model, [("A dog ran", "off"), (Cat.FilledPrompt, Cat.TargetNew)]);
        var pass = new UpdatePass(model, network);
        Tensor Loss(IReadOnlyCollection<Tensor> updates) => rows.Loss() + EditLosses.Distance(updates, power: 2);

        pass.Learn(Cat, Loss);

        foreach (var (name, value) in network.Tensors)
        {
            // Along the gradient the change is largest against rounding.
            var direction = value.grad!.clone();
            var length = direction.norm().item<float>();
            Assert.True(length > 0, $"{name} has no gradient");
            direction /= length;
            double At(double place)
            {
                using var none = no_grad();
                value.add_(direction * place);
                var found = 0.0;
                pass.Look(Cat, updates => found = Loss(updates).item<float>());
                value.sub_(direction * place);
                return found;
            }

            var slope = (At(Step) - At(-Step)) / (2 * Step);
            Assert.True(Math.Abs(slope - length) < (0.02 * length) + 2e-4, $"{name}: {slope} by differences, {length} by the chain rule");
        }

        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
    }

    [Fact]
    public void Its_update_is_the_gate_of_the_gradient_and_the_shift()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        using var model = TinyModels.Gpt2(layers: 2);
        using var network = Make(model, ConditionForm.Change);

        var updates = network.Updates(model, [Cat]);

        var gradients = network.Gradients(model, Cat);
        var factors = network.Factors(network.Condition(network.ConditionIds(model, Cat)));
        foreach (var (weight, of) in factors)
        {
            var expected = of.Scale * ((gradients[weight] * of.GateOut.outer(of.GateIn)) + of.ShiftOut.outer(of.ShiftIn));
            TensorAssert.Close(weight, expected, updates[weight], 1e-6);
            Assert.InRange(of.Scale.item<float>(), 0, 1);
            // Rows are the first dimension of the stored matrix, and their factors are shares.
            var rows = model.Weights[weight].StoredTransposed ? of.GateIn : of.GateOut;
            Assert.Equal(1, rows.sum().item<float>(), 1e-5);
        }
    }

    [Fact]
    public void A_classifier_of_one_logit_gets_the_update_of_its_form_with_two_labels()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        using var single = TinyModels.Golden("models/bert_tiny_binary", new NumberedWords());
        using var both = WithTwoLabels(single);
        using var one = Make(single, ConditionForm.Sentence);
        using var two = Make(both, ConditionForm.Sentence);
        foreach (var target in (string[])["LABEL_0", "not LABEL_0"])
        {
            var expected = one.Updates(single, [new EditRequest("the cat sat", null, target)]);
            // The condition is the same text; only the edited label is named otherwise.
            var gradients = two.Gradients(both, new EditRequest("the cat sat", null, target == "LABEL_0" ? "1" : "0"));
            var factors = two.Factors(two.Condition(one.ConditionIds(single, new EditRequest("the cat sat", null, target))));

            foreach (var (weight, of) in factors)
                TensorAssert.CloseRelative(weight, expected[weight], of.Update(gradients[weight]), 1e-5);
        }
    }

    [Fact]
    public void The_condition_begins_as_the_models_embedding_and_learns_without_changing_it()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2();
        using var network = Make(model, ConditionForm.Change);
        var embedding = network.Tensors.Single(tensor => tensor.Name == ConditionEncoder.Embedding).Value;

        TensorAssert.Equal("embedding", model.Weights["transformer.wte.weight"].Value, embedding.detach());
        using (no_grad())
            embedding.add_(1);

        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    private static KnowledgeNetwork Make(LanguageModel model, ConditionForm condition) => new(
        model,
        PublishedFilter.Find(model, [0, 1], []),
        new NetworkForm(new NetworkSizes(Hidden: 5, Condition: 7), new ConditionText(condition, MostTokens: 32), MaxScale: 1),
        seed: 2);

    /// <summary>The model whose logits are 0 and that of the single label.</summary>
    private static LanguageModel WithTwoLabels(LanguageModel single)
    {
        using var folder = new TempFolder();
        var golden = GoldenCases.At("models/bert_tiny_binary")[0];
        File.WriteAllText(folder.File("config.json"), File.ReadAllText(golden.File("config.json"))
            .Replace("\"0\": \"LABEL_0\"", "\"0\": \"no\", \"1\": \"yes\"", StringComparison.Ordinal));
        SafeTensorsWriter.Write(folder.File("model.safetensors"), [.. single.Weights.All.Select(weight => (weight.Name, Doubled(weight)))]);
        return TinyModels.FromFolder(folder.Path, new NumberedWords());

        static Tensor Doubled(ModelWeight weight) =>
            weight.Name.StartsWith("classifier", StringComparison.Ordinal) ? cat([zeros_like(weight.Value), weight.Value]) : weight.Value;
    }
}
