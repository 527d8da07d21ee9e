using System.Text.Json.Nodes;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Files.Gguf;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.Gguf;

/// <summary>
/// A golden model of every family that has GGUF files, written as one and read again: the same parameters bit for bit and the same logits,
/// under the keys and names that llama.cpp's converter gives them.
/// </summary>
[NoTensorLeaks]
public sealed class GgufFamiliesTests : IDisposable
{
    /// <summary>What a configuration of a golden model asks for that no file says, and what is asked for in its place.</summary>
    private static readonly Dictionary<string, (string Key, string? Value)[]> Sayable = new()
    {
        ["gemma2"] = [("query_pre_attn_scalar", "12")],
        ["gemma3_text"] = [("layer_types", null), ("query_pre_attn_scalar", "12")],
        ["gpt_oss"] = [("swiglu_limit", null)],
        ["mistral_window"] = [("sliding_window", "null")],
        ["starcoder2"] = [("sliding_window", "null")],
        ["qwen2_moe"] = [("mlp_only_layers", "[]")],
        ["qwen2_moe_fused"] = [("mlp_only_layers", "[]")],
        ["qwen2_window"] = [("use_sliding_window", "false")],
        ["qwen3_moe"] = [("decoder_sparse_step", "1")],
        ["qwen3_moe_fused"] = [("decoder_sparse_step", "1")],
    };

    /// <summary>The ids of the tokenizer that all are given.</summary>
    private const int Ids = 312;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Written => GoldenCases.Rows(Known.Where(golden => !Refusals.ContainsKey(golden.Name)));

    public static TheoryData<string> Refused => GoldenCases.Rows(Known.Where(golden => Refusals.ContainsKey(golden.Name)));

    /// <summary>Models that no file holds, with what is said of them.</summary>
    private static Dictionary<string, string> Refusals { get; } = new()
    {
        ["falcon_alibi"] = "alibi true, which GGUF files of this kind of model cannot say (they are read with False)",
        ["qwen3_dynamic"] = "the rotary scaling 'dynamic', which GGUF files of this kind of model cannot say (they have linear, yarn)",
    };

    private static IEnumerable<GoldenCase> Known =>
        from golden in GoldenCases.Under("families")
        where golden.Has("model.safetensors") && TypeOf(golden) is { } type && BuiltInFamilies.All.FindOrNull(type)?.Gguf is not null
        select golden;

    [Theory]
    [MemberData(nameof(Written))]
    public void Read_again_a_file_is_the_same_model(string id)
    {
        var source = Prepare(GoldenCases.Find(id));
        using var fixture = new ExportFixture(source, Unchanged(source));

        fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var folder = LanguageModel.Load(source);
        using var file = LanguageModel.Load(fixture.File);
        var prompt = TokenBatch.Pad([[.. Enumerable.Range(5, 14)]], padding: 0);
        Assert.Equal(folder.Weights.All.Select(weight => weight.Name), file.Weights.All.Select(weight => weight.Name));
        if (folder.ModelType is "gemma" or "gemma2" or "gemma3_text" or "nemotron") // 1 + w is rounded.
            Assert.All(folder.Weights.All, weight => TensorAssert.Close(weight.Name, weight.Value, file.Weights[weight.Name].Value, 2e-7));
        else
            Assert.Equal(folder.BaseHash, file.BaseHash);
        Assert.Equal(folder.Shape, file.Shape);
        TensorAssert.Close("logits", folder.Logits(prompt), file.Logits(prompt), 2e-5);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_no_file_can_say_is_refused(string id)
    {
        var golden = GoldenCases.Find(id);
        var source = Prepare(golden);
        using var fixture = new ExportFixture(source, Unchanged(source));

        Assert.Contains(Refusals[golden.Name], Assert.ThrowsAny<AmendException>(() => fixture.Export("gguf")).Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(fixture.File));
    }

    [Fact]
    public void Keys_and_names_are_those_of_the_converter()
    {
        var lines = new List<string>();
        foreach (var golden in Known.Where(golden => golden.Id.StartsWith("fixtures:", StringComparison.Ordinal) && !Refusals.ContainsKey(golden.Name)).OrderBy(golden => golden.Name, StringComparer.Ordinal))
        {
            var source = Prepare(golden);
            using var fixture = new ExportFixture(source, Unchanged(source));
            fixture.Export("gguf");
            using var file = GgufFile.Open(fixture.File);
            var architecture = file.Metadata.Text("general.architecture");
            var keys = file.Metadata.Keys.Where(key => key.StartsWith($"{architecture}.", StringComparison.Ordinal)).Select(key => key[(architecture.Length + 1)..]);
            var names = file.Entries.Select(entry => entry.Name).Where(name => !name.StartsWith("blk.", StringComparison.Ordinal) || name.StartsWith("blk.0.", StringComparison.Ordinal));
            lines.Add($"{golden.Name}: {architecture}");
            lines.Add($"  {string.Join(' ', keys.Order(StringComparer.Ordinal))}");
            lines.Add($"  {string.Join(' ', names.Order(StringComparer.Ordinal))}");
            File.Delete(fixture.File);
        }

        ReviewedFile.Matches("test/Amend.Shipping.Tests/Gguf/gguf-families.txt", string.Join('\n', lines) + "\n");
    }

    private static string? TypeOf(GoldenCase golden) => golden.Json("config.json").GetProperty("model_type").GetString();

    /// <summary>A golden model with a tokenizer, as a file of it could hold it.</summary>
    private string Prepare(GoldenCase golden)
    {
        var folder = Directory.CreateDirectory(_folder.File($"{Guid.NewGuid():N}")).FullName;
        var config = JsonNode.Parse(File.ReadAllText(golden.File("config.json")))!.AsObject();
        foreach (var (key, value) in Sayable.GetValueOrDefault(golden.Name) ?? [])
        {
            config.Remove(key);
            if (value is not null)
                config[key] = JsonNode.Parse(value);
        }

        var vocabulary = config["vocab_size"]!.GetValue<int>();
        config["vocab_size"] = Ids;
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json"])
            File.Copy(GgufFixture.PathOf($"qwen2/hf/{file}"), Path.Combine(folder, file));
        using var scope = NewDisposeScope();
        using var tensors = golden.Tensors("model.safetensors");
        SafeTensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            [.. OfMixturesAlone(tensors, config).Select(tensor => (tensor.Name, Padded(tensor.Value, vocabulary)))]);
        return folder;
    }

    /// <summary>The tensors of a model; where some of its blocks are no mixtures and no file says so, all are the first mixture.</summary>
    private static IEnumerable<(string Name, Tensor Value)> OfMixturesAlone(GoldenTensors tensors, JsonObject config)
    {
        var names = tensors.Names.ToList();
        if (!config.ContainsKey("decoder_sparse_step"))
            return names.Select(name => (name, tensors[name]));
        var layers = Enumerable.Range(0, config["num_hidden_layers"]!.GetValue<int>());
        var mixture = layers.First(layer => names.Contains($"model.layers.{layer}.mlp.gate.weight"));
        var kept = names.Where(name => !name.Contains(".mlp.", StringComparison.Ordinal)).Select(name => (name, tensors[name]));
        return kept.Concat(
            from layer in layers
            from name in names
            where name.StartsWith($"model.layers.{mixture}.mlp.", StringComparison.Ordinal)
            select (name.Replace($"layers.{mixture}.", $"layers.{layer}."), tensors[name]));
    }

    /// <summary>A tensor with rows of zeros for ids that a tokenizer has and the golden model lacks.</summary>
    private static Tensor Padded(Tensor value, int vocabulary) => value.shape[0] != vocabulary
        ? value : cat([value, zeros([Ids - vocabulary, .. value.shape[1..]], dtype: value.dtype)]);

    /// <summary>An edit that adds nothing.</summary>
    private static (string, IWeightDelta)[] Unchanged(string source)
    {
        using var stored = StoredModel.Open(source);
        var weight = stored.Names.Select(stored.Weight).First(weight => weight.Value.dim() == 2 && (weight.Name.Contains("attn") || weight.Name.Contains("attention")));
        return [(weight.Name, ExportFixture.Factors(weight.Value.shape[0], weight.Value.shape[1], 1, seed: 1, size: 0))];
    }
}
