using System.Text.Json.Nodes;
using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Families;

/// <summary>The masked language models of families whose golden model is a classifier, against their heads' formula.</summary>
[NoTensorLeaks]
public sealed class MaskedHeadTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("roberta", "RobertaForMaskedLM", "lm_head.dense", "lm_head.layer_norm", "lm_head.bias", 0.005)]
    [InlineData("distilbert", "DistilBertForMaskedLM", "vocab_transform", "vocab_layer_norm", "vocab_projector.bias", 1e-12)]
    public void Logits_are_the_embedding_of_the_normed_and_activated_map_and_a_bias(
        string type, string architecture, string dense, string norm, string bias, double epsilon)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var head = new Dictionary<string, Tensor>
        {
            [$"{dense}.weight"] = linspace(-1, 1, 32 * 32).view(32, 32),
            [$"{dense}.bias"] = linspace(1, -1, 32),
            [$"{norm}.weight"] = linspace(0.5, 1.5, 32),
            [$"{norm}.bias"] = linspace(-0.1, 0.1, 32),
            [bias] = linspace(-2, 2, 120),
        };
        Write(type, architecture, head);
        using var model = LanguageModel.Load(_folder.Path);
        var masked = Assert.IsType<MaskedLanguageModel>(model.Transformer);
        var batch = TokenBatch.Pad([[5, 6, 7, 8]], padding: 0);

        var logits = masked.Logits(batch);

        var activated = nn.functional.gelu(nn.functional.linear(masked.Hidden(batch), head[$"{dense}.weight"], head[$"{dense}.bias"]));
        var normed = nn.functional.layer_norm(activated, [32], head[$"{norm}.weight"], head[$"{norm}.bias"], epsilon);
        TensorAssert.Close("logits", normed.matmul(model.Weights[$"{type}.embeddings.word_embeddings.weight"].Value.t()) + head[bias], logits, 1e-4);
        Assert.Equal(architecture, masked.Architecture);
    }

    [Theory]
    [InlineData("""["RobertaForTokenClassification"]""")]
    [InlineData("null")]
    public void Another_architecture_is_refused_with_those_that_are_known(string architectures)
    {
        Write("roberta", "RobertaForMaskedLM", []);
        var path = _folder.File("config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("""["RobertaForMaskedLM"]""", architectures, StringComparison.Ordinal));

        var error = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(_folder.Path));

        Assert.Contains("RobertaForSequenceClassification, RobertaForMaskedLM", error.Message, StringComparison.Ordinal);
        Assert.Contains(architectures, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The family's golden classifier with another head.</summary>
    private void Write(string type, string architecture, Dictionary<string, Tensor> head)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCases.At($"families/{type}_classification")[0];
        var config = JsonNode.Parse(File.ReadAllText(golden.File("config.json")))!;
        config["architectures"] = new JsonArray(architecture);
        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
        using var checkpoint = Checkpoint.Open(golden.Folder);
        var encoder = checkpoint.Names.Where(name => name.StartsWith(type, StringComparison.Ordinal)).Select(name => (name, checkpoint.Load(name)));
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), [.. encoder, .. head.Select(pair => (pair.Key, pair.Value))], new Dictionary<string, string>());
    }
}
