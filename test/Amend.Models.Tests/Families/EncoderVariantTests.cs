using System.Text.Json.Nodes;
using Amend.Models.Families;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Families;

/// <summary>Golden classifiers written in another way that their families allow: other names and shapes, the same model.</summary>
[NoTensorLeaks]
public sealed class EncoderVariantTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DeBERTa_may_project_distances_by_maps_of_their_own() => AssertSame(
        "deberta_v3_classification",
        config => config["share_att_key"] = false,
        weights =>
        {
            foreach (var (name, value) in weights.Where(weight => weight.Key.Contains("_proj.", StringComparison.Ordinal)).ToList())
            {
                if (!name.Contains("value_proj", StringComparison.Ordinal))
                    weights[name.Replace("key_proj", "pos_key_proj", StringComparison.Ordinal).Replace("query_proj", "pos_query_proj", StringComparison.Ordinal)] = value;
            }
        });

    [Fact]
    public void DeBERTa_may_have_a_vector_for_each_distance_in_place_of_steps() => AssertSame(
        "deberta_v3_classification",
        config => config["position_buckets"] = -1,
        weights =>
        {
            const string Distances = "deberta.encoder.rel_embeddings.weight";
            using var table = new WeightTable();
            table.Add(new ModelWeight("distances.weight", weights[Distances].clone(), StoredTransposed: false));
            var steps = new RelativeEmbedding(Parameter.From(table, "distances.weight"), null, 16).StepOf(arange(-16, 16, dtype: ScalarType.Int64));
            weights[Distances] = weights[Distances].index_select(0, (steps + 8).clamp(0, 15));
        });

    [Fact]
    public void DeBERTa_may_say_what_its_scores_are_of_in_one_text() =>
        AssertSame("deberta_v3_classification", config => config["pos_att_type"] = "c2p|p2c", _ => { });

    [Fact]
    public void DeBERTa_may_add_learned_positions() => AssertSame(
        "deberta_v2_conv_classification",
        config => config["position_biased_input"] = true,
        weights => weights["deberta.embeddings.position_embeddings.weight"] = zeros(40, 32));

    [Fact]
    public void ALBERT_may_have_several_blocks_in_a_group() => AssertSame(
        "albert_classification",
        config => (config["inner_group_num"], config["num_hidden_layers"]) = (3, 1),
        weights =>
        {
            foreach (var (name, value) in weights.ToList())
            {
                foreach (var inner in (string[])["1", "2"])
                    weights.TryAdd(name.Replace("albert_layers.0.", $"albert_layers.{inner}.", StringComparison.Ordinal), value);
            }
        });

    [Fact]
    public void ModernBERT_may_have_biases_everywhere() => AssertSame(
        "modernbert_classification",
        config =>
        {
            foreach (var flag in (string[])["attention_bias", "mlp_bias", "norm_bias", "classifier_bias"])
                config[flag] = true;
        },
        weights =>
        {
            foreach (var (name, value) in weights.Where(weight => weight.Key.EndsWith(".weight", StringComparison.Ordinal) && !weight.Key.Contains("tok_embeddings", StringComparison.Ordinal)).ToList())
                weights.TryAdd(name.Replace(".weight", ".bias", StringComparison.Ordinal), zeros(value.shape[0]));
        });

    [Fact]
    public void A_masked_language_model_may_have_a_decoder_of_its_own() => AssertSame(
        "modernbert_mlm",
        config => config["tie_word_embeddings"] = false,
        weights => weights["decoder.weight"] = weights["model.embeddings.tok_embeddings.weight"]);

    [Fact]
    public void ALBERTs_decoder_may_be_of_its_own() => AssertSame(
        "albert_mlm",
        config => config["tie_word_embeddings"] = false,
        weights => weights["predictions.decoder.weight"] = weights["albert.embeddings.word_embeddings.weight"]);

    /// <summary>Settings that change what a model computes, so that one that is ignored is seen.</summary>
    [Theory]
    [InlineData("modernbert_classification", "local_attention", "2")]
    [InlineData("modernbert_classification", "hidden_activation", "\"relu\"")]
    [InlineData("modernbert_classification", "classifier_activation", "\"relu\"")]
    [InlineData("modernbert_classification", "norm_eps", "1e-5")]
    [InlineData("modernbert_classification", "layer_types", "[\"full_attention\",\"full_attention\",\"full_attention\",\"full_attention\"]")]
    [InlineData("deberta_v3_classification", "pos_att_type", "[\"c2p\"]")]
    [InlineData("deberta_v3_classification", "pos_att_type", "[\"p2c\"]")]
    [InlineData("deberta_v3_classification", "max_relative_positions", "12")]
    [InlineData("deberta_v3_classification", "pooler_hidden_act", "\"tanh\"")]
    [InlineData("deberta_v2_conv_classification", "conv_act", "\"tanh\"")]
    [InlineData("albert_classification", "num_hidden_layers", "4")]
    [InlineData("albert_classification", "hidden_act", "\"relu\"")]
    [InlineData("electra_classification", "layer_norm_eps", "1e-12")]
    public void A_setting_changes_the_logits(string golden, string key, string value)
    {
        using var scope = NewDisposeScope();
        Write(golden, config => config[key] = JsonNode.Parse(value), _ => { });

        Assert.False(Logits(GoldenCases.At($"families/{golden}")[0].Folder).allclose(Logits(_folder.Path), rtol: 0, atol: 2e-4));
    }

    private void AssertSame(string golden, Action<JsonObject> settings, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        Write(golden, settings, change);

        TensorAssert.Close("logits", Logits(GoldenCases.At($"families/{golden}")[0].Folder), Logits(_folder.Path), 2e-6);
    }

    private void Write(string golden, Action<JsonObject> settings, Action<Dictionary<string, Tensor>> change)
    {
        var source = GoldenCases.At($"families/{golden}")[0];
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(source.File("config.json")))!;
        settings(config);
        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
        using var checkpoint = Checkpoint.Open(source.Folder);
        var weights = checkpoint.Names.ToDictionary(name => name, name => checkpoint.Load(name));
        change(weights);
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), [.. weights.Select(weight => (weight.Key, weight.Value))]);
    }

    private static Tensor Logits(string folder)
    {
        using var none = no_grad();
        using var model = LanguageModel.Load(folder);
        var batch = TokenBatch.Pad([[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [21, 22, 23]], padding: 0);
        return model.Transformer is EncoderClassifier classifier
            ? classifier.Logits(batch)
            : Assert.IsType<MaskedLanguageModel>(model.Transformer).Logits(batch)[batch.Mask];
    }
}
