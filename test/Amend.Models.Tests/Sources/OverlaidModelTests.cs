using System.Text.Json.Nodes;
using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Inspection;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Sources;

/// <summary>A classifier in two folders: its bare encoder, whose names lack the prefix, and what fine-tuning changed.</summary>
[NoTensorLeaks]
public sealed class OverlaidModelTests : IDisposable
{
    private const string Tuned = "bert.encoder.layer.2.";
    private readonly TempFolder _folder = new();
    private readonly string _whole = GoldenCases.At("families/bert_classification")[0].Folder;

    private string Base => _folder.File("base");

    private string Overlay => _folder.File("overlay");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_base_under_an_overlay_is_the_whole_model()
    {
        Divide();
        using var whole = LanguageModel.Load(_whole);

        using var two = LanguageModel.Load($"{Base}+{Overlay}");

        Assert.Equal(("overlay", whole.BaseHash, whole.Transformer.Architecture), (two.Name, two.BaseHash, two.Transformer.Architecture));
        Assert.Empty(two.Notes);
        Assert.Equal(Logits(whole), Logits(two));
    }

    [Fact]
    public void Its_hash_in_half_precision_is_that_of_the_files()
    {
        Divide();
        using var whole = LanguageModel.Load(_whole);

        using var two = LanguageModel.Load($"{Base}+{Overlay}", new LoadOptions { DType = ScalarType.BFloat16 });

        Assert.Equal(whole.BaseHash, two.CheckpointHash);
    }

    [Fact]
    public void A_base_with_the_prefix_and_an_overlay_without_it_go_together()
    {
        Divide(prefixOfBase: "bert.", prefixOfOverlay: "");
        using var whole = LanguageModel.Load(_whole);

        using var two = LanguageModel.Load($"{Base}+{Overlay}");

        Assert.Equal(whole.BaseHash, two.BaseHash);
    }

    [Fact]
    public void Both_are_found_by_path_or_by_name_and_looked_at_without_loading()
    {
        Divide();
        var locator = new ModelLocator(_folder.Path);

        Assert.Equal($"{Base}+{Overlay}", locator.Find("base+overlay"));
        Assert.Equal($"{Base}+{Overlay}", locator.Find($"{Base}+{Overlay}"));
        var found = ModelInspection.Run(locator.Find("base+overlay"));
        Assert.Empty(found.Problems);
        Assert.Equal(2, found.WeightFiles.Count);
    }

    [Fact]
    public void An_overlay_alone_is_refused()
    {
        Divide();

        var refusal = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(Overlay));

        Assert.Equal($"'{Overlay}' holds an overlay (overlay.safetensors), the tensors in which a model differs from its base; give both: BASE+{Overlay}.", refusal.Message);
    }

    [Fact]
    public void An_overlay_of_another_base_is_refused_with_the_tensors_that_do_not_fit()
    {
        Divide(isNarrow: true);

        var refusal = Assert.Throws<ModelFormatException>(() => LanguageModel.Load($"{Base}+{Overlay}"));

        Assert.Contains("'bert.encoder.layer.2.output.LayerNorm.bias' is [31] where [32] was expected", refusal.Message);
    }

    [Fact]
    public void What_is_no_overlay_is_refused_as_any_other_path()
    {
        Divide();

        Assert.Throws<AmendException>(() => new ModelLocator(_folder.File("none")).Find($"{Base}+{_whole}"));
    }

    [Fact]
    public void An_encoder_without_a_head_answers_nothing_and_says_what_gives_it_one()
    {
        Divide();

        var refusal = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(Base));

        Assert.Contains("BertModel, an encoder without a head, and answers nothing by itself; train one on it with amend train classifier", refusal.Message);
    }

    [Fact]
    public void An_encoder_gets_a_new_head_by_its_seed_and_keeps_its_own_weights()
    {
        Divide();
        var labels = new LabelSet(["no", "yes", "both"], AreExclusive: true);
        LanguageModel Load(int seed, string path) => LanguageModel.Load(path, new LoadOptions { NewHead = new NewHead(labels, seed) });
        using var scope = NewDisposeScope();
        using var whole = LanguageModel.Load(_whole);

        using var first = Load(1, Base);
        using var again = Load(1, Base);
        using var other = Load(2, Base);
        using var replaced = Load(1, _whole);

        var classifier = Assert.IsType<EncoderClassifier>(first.Transformer);
        Assert.Equal(labels, classifier.Labels);
        Assert.Equal([3, 32], first.Weights["classifier.weight"].Value.shape);
        Assert.Equal(0, first.Weights["classifier.bias"].Value.abs().sum().item<float>());
        Assert.Equal(first.BaseHash, again.BaseHash);
        Assert.NotEqual(first.BaseHash, other.BaseHash);
        string[] Kept(LanguageModel model) => [.. model.Weights.All.Where(w => !w.Name.StartsWith("classifier", StringComparison.Ordinal)).Select(w => w.Name)];
        Assert.Equal(Kept(whole), Kept(replaced));
        Assert.All(Kept(whole), name => Assert.Equal(whole.Weights[name].Value.data<float>(), replaced.Weights[name].Value.data<float>()));
    }

    [Fact]
    public void A_family_without_classifiers_is_given_no_head()
    {
        var refusal = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(
            GoldenCases.At("families/gpt2")[0].Folder, new LoadOptions { NewHead = new NewHead(new LabelSet(["a", "b"], true), 0) }));

        Assert.Equal("'gpt2' is of the family gpt2, which cannot be given a classifier's head; give a model of one of: bert, distilbert, roberta, electra, albert, deberta-v2, modernbert.", refusal.Message);
    }

    private static float[] Logits(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        return ((EncoderClassifier)model.Transformer).Logits(TokenBatch.Pad([[5, 7, 9], [3, 4]], padding: 0)).data<float>().ToArray();
    }

    /// <summary>Divides the golden classifier: the overlay has the last layer and the head, the base an untrained last layer.</summary>
    private void Divide(string prefixOfBase = "", string prefixOfOverlay = "bert.", bool isNarrow = false)
    {
        Directory.CreateDirectory(Base);
        Directory.CreateDirectory(Overlay);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_whole, "config.json")))!.AsObject();
        File.WriteAllText(Path.Combine(Overlay, "config.json"), config.ToJsonString());
        config["architectures"] = new JsonArray("BertModel");
        File.WriteAllText(Path.Combine(Base, "config.json"), config.ToJsonString());

        using var scope = NewDisposeScope();
        using var whole = LanguageModel.Load(_whole);
        string In(string name, string prefix) => name.StartsWith("bert.", StringComparison.Ordinal) ? prefix + name["bert.".Length..] : name;
        bool IsHead(ModelWeight weight) => weight.Name.StartsWith("classifier", StringComparison.Ordinal);
        bool IsTuned(ModelWeight weight) => weight.Name.StartsWith(Tuned, StringComparison.Ordinal);
        Save(Base, "model", whole.Weights.All.Where(w => !IsHead(w))
            .Select(w => (In(w.Name, prefixOfBase), IsTuned(w) ? zeros_like(w.Value) : w.Value)));
        Save(Overlay, "overlay", whole.Weights.All.Where(w => IsHead(w) || IsTuned(w))
            .Select(w => (In(w.Name, prefixOfOverlay), isNarrow && w.Value.shape is [32] ? w.Value.narrow(0, 0, 31) : w.Value)));
    }

    private static void Save(string folder, string name, IEnumerable<(string, Tensor)> tensors) => SafeTensorsWriter.Write(
        Path.Combine(folder, $"{name}.safetensors"), [.. tensors.Select(t => (t.Item1, t.Item2.contiguous()))], new Dictionary<string, string>());
}
