using Amend.Editing.Comparison;
using Amend.Editing.Editors;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Comparison;

[NoTensorLeaks]
public sealed class StateComparisonTests : IDisposable
{
    private const string Text = "The Eiffel Tower is in Rome. The Space Needle was made by New South Wales.";
    private static readonly EditRequest Tower = new("{} is in", "The Eiffel Tower", "Goa") { Paraphrases = ["Rome was made by"], Neighbors = ["The Space Needle is in"] };
    private static readonly EditRequest Needle = new("{} was made by", "The Space Needle", "Rome") { Neighbors = ["The Space Needle is in", "Goa is in"] };
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Base_and_head_differ_by_what_the_edits_did_as_computed_by_hand()
    {
        string[] ids = [Add(1, 0, Tower), Add(2, 1, Needle)];
        using var session = Open("base");

        var diff = Compare(session, "base", "head", new DiffOptions { Text = Text });

        using var head = Open();
        Assert.Equal(("tiny", "base", "head"), (diff.Model, diff.A.Name, diff.B.Name));
        Assert.Empty(diff.A.Edits);
        Assert.Equal(ids, diff.B.Edits);
        Assert.Equal(
            [
                ("The Eiffel Tower is in", AskedKind.Prompt), ("Rome was made by", AskedKind.Paraphrase), ("The Space Needle is in", AskedKind.Neighbor),
                ("The Space Needle was made by", AskedKind.Prompt), ("Goa is in", AskedKind.Neighbor),
            ],
            diff.Prompts.Select(prompt => (prompt.Prompt, prompt.Kind)));
        Assert.All(diff.Prompts, prompt => Assert.Equal(
            (ShortAnswer.Ask(session.Model, prompt.Prompt), ShortAnswer.Ask(head.Model, prompt.Prompt)), (prompt.A, prompt.B)));
        Assert.Equal(diff.Prompts.Count(prompt => prompt.A != prompt.B), diff.Differing);
        Assert.InRange(diff.Differing, 1, 5);
        CheckTexts(diff, session.Model, head.Model);
        CheckWeights(diff, session.Model, head.Model, rank: 1);
        Assert.Empty(diff.Adaptors);
    }

    [Fact]
    public void The_states_around_an_edit_differ_by_that_edit_alone_whatever_lies_below_and_above()
    {
        Add(1, 0, Tower);
        var second = Add(2, 0, Needle);
        Add(3, 1, Tower);
        using var session = Open();

        var diff = Compare(session, "@" + session.Edits[0], "@" + second);

        Assert.Equal([second], diff.B.Edits.Except(diff.A.Edits));
        Assert.All(diff.Prompts, prompt => Assert.Contains(prompt.Prompt, Needle.Prompts.Select(own => own.Text)));
        Assert.Null(diff.Texts);
        using var edit = session.Store.Load(second);
        var weight = Assert.Single(diff.Weights);
        Assert.Equal(edit.Deltas[weight.Weight].FrobeniusNorm(), weight.Norm, 1e-9);
        Assert.Equal((1, 1.0), (weight.Rank, weight.Share));
    }

    [Fact]
    public void Two_edits_are_compared_each_alone_on_the_base()
    {
        string[] ids = [Add(1, 0, Tower), Add(2, 0, Needle)];
        using var session = Open();

        var diff = Compare(session, ids[0], ids[1][..6], new DiffOptions { Text = Text });

        using var first = Alone(ids[0]);
        using var second = Alone(ids[1]);
        Assert.Equal([ids[0]], diff.A.Edits);
        Assert.Equal([ids[1]], diff.B.Edits);
        Assert.Equal(5, diff.Prompts.Count);
        CheckTexts(diff, first, second);
        CheckWeights(diff, first, second, rank: 2);
        Assert.Equal(1, Assert.Single(diff.Weights).Share);
    }

    [Theory]
    [InlineData("head", "head")]
    [InlineData("base", "base")]
    [InlineData("base", "@base")]
    public void Equal_states_differ_in_nothing(string a, string b)
    {
        Add(1, 0, Tower);
        using var session = Open();

        var diff = Compare(session, a, b, new DiffOptions { Text = Text, Prompts = ["The Eiffel Tower is in"] });

        Assert.Equal((0, 0.0, 0.0), (diff.Differing, diff.Texts!.Kl, diff.Texts.TopDiffers));
        Assert.Empty(diff.Texts.Furthest);
        Assert.Empty(diff.Weights);
        Assert.Empty(diff.Adaptors);
        Assert.Empty(Compare(session, a, b).Prompts);
    }

    [Fact]
    public void A_bias_and_a_dense_change_are_measured_too_and_changes_that_cancel_are_none()
    {
        using var scope = NewDisposeScope();
        using var model = _folder.Load();
        var (matrix, bias) = (model.Transformer.DownProjection(0).Name, model.Transformer.DownProjection(0).Name.Replace(".weight", ".bias", StringComparison.Ordinal));
        var (dense, ones16) = (randn([16, 32]), ones(16));
        var first = Add(SampleEdits.Of(model.BaseHash, 1, (matrix, new DenseDelta(dense)), (bias, new DenseDelta(2 * ones16))));
        var second = Add(SampleEdits.Of(model.BaseHash, 2, (matrix, new DenseDelta(dense)), (bias, new DenseDelta(ones16))));
        using var session = Open();

        var whole = Compare(session, "base", first);
        var apart = Compare(session, first, second);

        Assert.Equal([matrix, bias], whole.Weights.Select(weight => weight.Weight).OrderByDescending(name => name, StringComparer.Ordinal));
        var ofMatrix = whole.Weights.Single(weight => weight.Weight == matrix);
        var ofBias = whole.Weights.Single(weight => weight.Weight == bias);
        Assert.Equal(dense.to(float64).norm().item<double>(), ofMatrix.Norm, 1e-6);
        Assert.Equal(16, ofMatrix.Rank);
        Assert.Equal(8, ofBias.Norm, 1e-6);
        Assert.Null(ofBias.Rank);
        Assert.Equal(64 / (64 + (ofMatrix.Norm * ofMatrix.Norm)), ofBias.Share, 1e-9);
        Assert.Equal((bias, 4.0), (Assert.Single(apart.Weights).Weight, Assert.Single(apart.Weights).Norm));
    }

    [Fact]
    public void Edits_that_change_no_weight_are_told_by_their_entries_and_compared_by_what_they_answer()
    {
        using (var made = Open())
        {
            made.Edit(new EditOrder(BuiltInEditors.Find("grace"), [Tower, Needle])
            {
                Context = new EditContext { Layer = 1, Settings = new Dictionary<string, string> { ["n_iter"] = "20", ["eps"] = "0.001" } },
                Policy = new EditPolicy(Anyway: true, InTurn: true),
            });
        }

        using var session = Open("base");

        var diff = Compare(session, "@" + session.Store.Applied[0], "head", new DiffOptions { Text = Text });
        var whole = Compare(session, "base", "head", new DiffOptions { Text = Text });

        Assert.Empty(diff.Weights);
        Assert.Equal(new AdaptorDifference("codebook", session.Model.Transformer.DownProjection(1).Name, 1, 2), Assert.Single(diff.Adaptors));
        Assert.Equal((0, 2), (whole.Adaptors[0].EntriesA, whole.Adaptors[0].EntriesB));
        Assert.True(whole.Prompts[0].Differs, $"'{whole.Prompts[0].Prompt}' is answered with '{whole.Prompts[0].A}' in both.");
        Assert.Equal(0, whole.Texts!.Kl);
    }

    [Fact]
    public void A_classifier_is_compared_by_labels_of_the_prompts_or_of_given_texts()
    {
        using var folder = new TempFolder();
        var path = Classifier(folder);
        using var session = EditSession.Open(path, new SessionOptions { Home = _folder.Home });
        var claims = TinyBert.Claims(6, seed: 2).Select(claim => claim.Text).ToArray();
        var weight = session.Model.Transformer.DownProjection(1);
        var request = new EditRequest(claims[0], null, "LABEL_1") { Neighbors = [claims[1]] };
        using (var edit = SampleEdits.Make(session.Model, 1, record => record with { Request = request }))
            session.Store.Add(edit);

        var diff = Compare(session, "base", "head");
        var given = Compare(session, "base", "head", new DiffOptions { Text = $"{claims[2]}\n\n{claims[3]}\r\n{claims[4]}\n" });

        Assert.Equal([claims[0], claims[1]], diff.Prompts.Select(prompt => prompt.Prompt));
        Assert.All(diff.Prompts, prompt => Assert.StartsWith("LABEL_", prompt.A, StringComparison.Ordinal));
        Assert.Equal((2, 3), (diff.Texts!.Places, given.Texts!.Places));
        Assert.True(diff.Texts.Kl > 0 && given.Texts.Kl > 0);
        Assert.Equal(weight.Name.Replace(".1.", ".0.", StringComparison.Ordinal), Assert.Single(diff.Weights).Weight);
    }

    [Fact]
    public void Prompts_can_be_given_and_an_imported_edit_has_none()
    {
        using var model = _folder.Load();
        var record = SampleEdits.Record(model.BaseHash) with { Import = new ImportNote("peft", "adapter", "00"), Request = new EditRequest("adapter", null, "") };
        using var made = SampleEdits.Make(model, 1, _ => record);
        new EditStore(model, _folder.Home).Add(made);
        using var session = Open("base");

        Assert.Empty(Compare(session, "base", "head").Prompts);
        var asked = Compare(session, "base", "head", new DiffOptions { Prompts = ["Goa is in", "Rome is in", "Goa is in"] });
        Assert.Equal([("Goa is in", AskedKind.Given), ("Rome is in", AskedKind.Given)], asked.Prompts.Select(prompt => (prompt.Prompt, prompt.Kind)));
    }

    [Fact]
    public void The_model_and_the_store_are_afterwards_as_they_were()
    {
        string[] ids = [Add(1, 0, Tower), Add(2, 1, Needle), Add(3, 0, Tower)];
        using var session = Open();
        session.Revert(ids[1]);
        var (hash, files) = (session.Model.Weights.Hash(), Files());

        Compare(session, "base", ids[1], new DiffOptions { Text = Text });
        Compare(session, "@" + ids[1], "head", new DiffOptions { Text = Text });

        Assert.Equal([ids[0], ids[2]], session.Edits);
        Assert.Equal(hash, session.Model.Weights.Hash());
        Assert.Equal(files, Files());
        using var at = Open("base");
        Compare(at, "base", "head", new DiffOptions { Text = Text });
        Assert.Equal(at.Model.BaseHash, at.Model.Weights.Hash());
    }

    [Fact]
    public void What_is_stopped_or_fails_leaves_the_model_as_it_was()
    {
        Add(1, 0, Tower);
        using var session = Open("base");
        using var stop = new CancellationTokenSource();
        var comparison = new StateComparison(session, "base", "head");
        var told = new List<EditProgress>();

        Assert.Throws<OperationCanceledException>(() => comparison.Run(new DiffOptions(), new Told(value =>
        {
            told.Add(value);
            if (value.What == "prompts in head")
                stop.Cancel();
        }), stop.Token));
        Assert.Throws<AmendException>(() => Compare(session, "base", "head", new DiffOptions { Prompts = ["Goa is in", ""] }));

        Assert.Equal(("prompts in base", 0, 3), (told[0].What, told[0].Done, told[0].Of));
        Assert.Equal(session.Model.BaseHash, session.Model.Weights.Hash());
        Assert.Empty(session.Edits);
    }

    [Theory]
    [InlineData("nothing", "head", "There is no edit 'nothing'")]
    [InlineData("base", "@nothing", "There is no edit 'nothing'")]
    [InlineData("", "head", "The id '' is empty")]
    [InlineData("@", "head", "The id '' is empty")]
    [InlineData("base", "HEAD", "There is no edit 'HEAD'")]
    public void A_state_that_is_not_there_is_refused(string a, string b, string says)
    {
        Add(1, 0, Tower);
        using var session = Open();

        Assert.StartsWith(says, Assert.Throws<AmendException>(() => new StateComparison(session, a, b)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_edits_short_texts_and_prompts_over_the_context_are_refused()
    {
        var id = Add(1, 0, Tower);
        using var session = Open("base");
        Refused("2 tokens", "base", "head", new DiffOptions { Text = "" });
        Refused("context holds 64", "base", "head", new DiffOptions { Prompts = [string.Concat(Enumerable.Repeat("Rome ", 100))] });
        File.WriteAllBytes(session.Store.PathOf(id), [1, 2, 3]);
        Refused("was truncated or altered", "base", "head", new DiffOptions());
        File.Delete(session.Store.PathOf(id));
        Refused("is missing", id, "base", new DiffOptions());

        void Refused(string says, string a, string b, DiffOptions options)
        {
            var refusal = Assert.Throws<AmendException>(() => Compare(session, a, b, options));
            Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
            Assert.Empty(session.Edits);
        }
    }

    private static StateDiff Compare(EditSession session, string a, string b, DiffOptions? options = null) =>
        new StateComparison(session, a, b).Run(options, progress: null, TestContext.Current.CancellationToken);

    private static void CheckTexts(StateDiff diff, LanguageModel a, LanguageModel b)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var ids = a.Tokenize(Text).Ids;
        var (kl, others) = (new List<double>(), 0);
        var (ofA, ofB) = (Rows(a), Rows(b));
        for (var at = 0; at < ids.Count - 1; at++)
        {
            kl.Add(ofA[at].Zip(ofB[at], (p, q) => p * Math.Log(p / q)).Sum());
            others += Array.IndexOf(ofA[at], ofA[at].Max()) == Array.IndexOf(ofB[at], ofB[at].Max()) ? 0 : 1;
        }

        Assert.Equal(ids.Count - 1, diff.Texts!.Places);
        Assert.Equal(kl.Average(), diff.Texts.Kl, 1e-6);
        Assert.Equal(others / (ids.Count - 1.0), diff.Texts.TopDiffers, 1e-12);
        Assert.Equal(kl.Max(), diff.Texts.Furthest[0].Kl, 1e-5);
        Assert.True(kl.Average() > 0.01);

        double[][] Rows(LanguageModel model) =>
        [
            .. model.Logits(TokenBatch.Pad([ids], padding: 0))[0].unbind(0).Select(row =>
            {
                double[] powers = [.. row.data<float>().ToArray().Select(value => Math.Exp(value))];
                return powers.Select(power => power / powers.Sum()).ToArray();
            }),
        ];
    }

    private static void CheckWeights(StateDiff diff, LanguageModel a, LanguageModel b, int rank)
    {
        using var scope = NewDisposeScope();
        var changed = a.Weights.All
            .Select(weight => (weight.Name, Change: b.Weights[weight.Name].Value.to(float64) - weight.Value.to(float64)))
            .Where(weight => weight.Change.abs().max().item<double>() > 0)
            .ToList();
        var whole = changed.Sum(weight => weight.Change.square().sum().item<double>());
        Assert.Equal(changed.Select(weight => weight.Name), diff.Weights.Select(weight => weight.Weight));
        foreach (var (found, expected) in diff.Weights.Zip(changed))
        {
            var norm = expected.Change.norm().item<double>();
            Assert.Equal(norm, found.Norm, 1e-5 * norm);
            Assert.Equal(norm / a.Applied.BaseOf(expected.Name).to(float64).norm().item<double>(), found.Relative, 1e-5 * found.Relative);
            Assert.Equal(norm * norm / whole, found.Share, 1e-5);
            Assert.Equal(rank, found.Rank);
            var first = linalg.svdvals(expected.Change)[0].item<double>();
            Assert.Equal(first * first / (norm * norm), found.FirstShare!.Value, 1e-5);
            Assert.Equal(expected.Change.shape, found.Shape);
        }
    }

    private static string Classifier(TempFolder folder)
    {
        var path = TinyBert.WriteBase(folder.File("claims"));
        using var scope = NewDisposeScope();
        using var generator = new TorchSharp.torch.Generator(4, CPU);
        var tensors = new List<(string, Tensor)>();
        using (var checkpoint = Tensors.Files.Checkpoint.Open(path))
        {
            foreach (var name in checkpoint.Names)
                tensors.Add(("bert." + name, checkpoint.Load(name, float32)));
        }

        tensors.Add(("classifier.weight", randn([2, 16], generator: generator)));
        tensors.Add(("classifier.bias", zeros(2)));
        Tensors.Files.SafeTensorsWriter.Write(Path.Combine(path, "model.safetensors"), tensors);
        var config = Path.Combine(path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("BertModel", "BertForSequenceClassification", StringComparison.Ordinal));
        return path;
    }

    private EditSession Open(string? at = null) => EditSession.Open(_folder.Path, new SessionOptions { At = at, Home = _folder.Home });

    private LanguageModel Alone(string id)
    {
        var model = _folder.Load();
        new EditStore(model, _folder.Home).ApplyTo(model, [id]);
        return model;
    }

    private string Add(int seed, int layer, EditRequest request)
    {
        using var model = _folder.Load();
        return Add(SampleEdits.Make(model, seed, layer, record => record with { Request = request }));
    }

    private string Add(Edit edit)
    {
        using (edit)
            new EditStore(edit.Record.BaseWeightsHash, _folder.Home).Add(edit);
        return edit.Id;
    }

    private string[] Files() =>
        [.. Directory.GetFiles(_folder.Home.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];

    private sealed class Told(Action<EditProgress> tell) : IProgress<EditProgress>
    {
        public void Report(EditProgress value) => tell(value);
    }
}
