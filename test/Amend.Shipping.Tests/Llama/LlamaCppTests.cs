using System.Text.Json.Nodes;
using Amend.Models;
using Amend.Shipping.Exporting;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Shipping.Tests.Llama;

/// <summary>
/// What is exported does in llama.cpp what the edit does in Amend. Where all weights are float32 both say the same, token for token; else
/// llama.cpp rounds what goes into a matrix, too, and only what an edit is made for is compared.
/// </summary>
[NoTensorLeaks]
public sealed class LlamaCppTests
{
    private const string Folder = "hf";
    private const string Converted = "model-f32.gguf";
    private const int Prompts = 20;
    private const int LongestPrompt = 12;
    private const int NewTokens = 40;

    /// <summary>What float32 itself may make of two logits that are as good as equal.</summary>
    private const double Rounding = 1e-4;

    /// <summary>llama.cpp looks GELU up in a table of float16.</summary>
    private const double GeluRounding = 5e-3;

    /// <summary>What goes into a matrix of float16 is rounded to float16, and into a quantised one quantised.</summary>
    private const double HalfRounding = 0.01;

    private const double QuantisedRounding = 0.05;

    /// <summary>Golden models with some of the weights that editors change, of each way in which a file lays them.</summary>
    private static readonly (string Name, string[] Weights)[] Models =
    [
        ("llama_linear_bias", ["model.layers.1.mlp.down_proj.weight"]),
        ("llama_linear_bias",
            ["model.layers.0.self_attn.q_proj.weight", "model.layers.1.self_attn.k_proj.weight", "model.layers.0.mlp.down_proj.weight"]),
        ("llama_rope_llama3",
            ["model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.0.mlp.up_proj.weight"]),
        ("qwen2", ["model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.1.self_attn.v_proj.weight"]),
        ("qwen3", ["model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.1.self_attn.v_proj.weight"]),
        ("gpt2", ["transformer.h.0.mlp.c_proj.weight", "transformer.h.1.attn.c_attn.weight"]),
        ("gpt_neox_parallel", ["gpt_neox.layers.0.mlp.dense_4h_to_h.weight", "gpt_neox.layers.1.attention.query_key_value.weight"]),
    ];

    /// <summary>The models' files in float32.</summary>
    public static TheoryData<string> Unedited => [.. Models.Select(model => $"{model.Name}/{Converted}").Distinct()];

    /// <summary>The models' files in float32, and the folders that they were made of, with the weights to change.</summary>
    public static TheoryData<string, string[]> Edited =>
    [
        .. from model in Models
           from source in (string[])[Converted, Folder]
           select new TheoryDataRow<string, string[]>($"{model.Name}/{source}", model.Weights),
    ];

    [Theory]
    [MemberData(nameof(Unedited))]
    public void An_unedited_file_says_in_both_the_same(string file)
    {
        using var llama = new LlamaCpp(GgufFixture.PathOf(file));
        using var model = LanguageModel.Load(GgufFixture.PathOf(file));
        var prompts = RandomPrompts(model);

        Continuation.Same(Greedy(model, prompts), llama.Greedy(prompts, NewTokens), Tolerance(file));
    }

    [Theory]
    [MemberData(nameof(Edited))]
    [InlineData($"phi3/{Folder}", new[] { "model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.qkv_proj.weight" })]
    [InlineData($"gemma2/{Folder}", new[] { "model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight" })]
    public void An_edited_file_says_what_the_edited_model_says(string source, string[] weights)
    {
        LlamaLibrary.Require();
        using var edited = new Changed(source, weights);

        edited.Fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        using var llama = new LlamaCpp(edited.Fixture.File);
        Continuation.Same(edited.After, llama.Greedy(edited.Prompts, NewTokens), Tolerance(source));
    }

    [Theory]
    [MemberData(nameof(Edited))]
    public void An_adapter_makes_the_unedited_file_say_it_and_taken_off_leaves_it_as_it_was(string source, string[] weights)
    {
        LlamaLibrary.Require();
        using var edited = new Changed(source, weights);

        edited.Fixture.Export("gguf-lora");

        using var llama = new LlamaCpp(GgufFixture.PathOf(FileOf(source, "f32")));
        Continuation.Same(edited.Before, llama.Greedy(edited.Prompts, NewTokens), Tolerance(source));
        using (llama.WithAdapter(edited.Fixture.File))
            Continuation.Same(edited.After, llama.Greedy(edited.Prompts, NewTokens), Tolerance(source));
        Continuation.Same(edited.Before, llama.Greedy(edited.Prompts, NewTokens), Tolerance(source));
    }

    /// <summary>Bases and scalings that no golden file has, from folders that ask for them.</summary>
    [Theory]
    [InlineData("llama_gqa", "rope_scaling", """{"rope_type": "yarn", "factor": 4.0, "beta_fast": 16.0, "original_max_position_embeddings": 32}""")]
    [InlineData("qwen2", "rope_scaling", """{"type": "linear", "factor": 2.0}""")]
    [InlineData("gemma2", "rope_theta", "5000.0")]
    [InlineData("gpt_neox_parallel", "rotary_emb_base", "5000")]
    public void Rotary_positions_are_scaled_as_a_folder_asks(string name, string key, string value)
    {
        LlamaLibrary.Require();
        using var folder = new TempFolder();
        var source = GgufFixture.CopyFolder(name, folder.File("hf"), "config.json", json => json[key] = JsonNode.Parse(value));
        using var model = LanguageModel.Load(source);
        var down = model.Transformer.DownProjection(0);
        using var fixture = new ExportFixture(source, [(down.Name, ExportFixture.Factors(down.Value.shape[0], down.Value.shape[1], 1, seed: 1))]);
        fixture.ApplyTo(model);
        var prompts = RandomPrompts(model);

        fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        using var llama = new LlamaCpp(fixture.File);
        Continuation.Same(Greedy(model, prompts), llama.Greedy(prompts, NewTokens), Tolerance($"{name}/{Folder}"));
    }

    /// <summary>The embedded model has vocab.json and merges.txt alone; how it cuts words is seen by what it does.</summary>
    [Fact]
    public void The_embedded_model_is_read_token_for_token_and_says_the_same()
    {
        const string Down = "transformer.h.3.mlp.c_proj.weight";
        LlamaLibrary.Require();
        var folder = Path.Combine(GoldenCases.RepositoryRoot(), "models", "atlas-gpt");
        using var model = LanguageModel.Load(folder);
        using var fixture = new ExportFixture(folder, [(Down, ExportFixture.Factors(256, 1024, 1, seed: 1, size: 0.02))]);
        fixture.ApplyTo(model);

        fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 });

        using var llama = new LlamaCpp(fixture.File);
        string[] texts = ["The Eiffel Tower is in the city of", "Montenegro has as its legal tender the", "it's 12345 \n\n  caf\u00e9 \U0001f680!?"];
        IReadOnlyList<int>[] prompts = [.. texts.Select(text => model.Tokenizer.Encode(text).Ids)];
        Assert.Equal(prompts, texts.Select(llama.Tokenize));
        Continuation.Same(Greedy(model, prompts), llama.Greedy(prompts, NewTokens), GeluRounding);
    }

    /// <summary>An edit of one prompt whose key has nothing in common with those of the others, which say after it what they said before.</summary>
    [Theory]
    [InlineData("llama_gqa/model-f16.gguf", "gguf", false)]
    [InlineData("llama_gqa/model-f16.gguf", "gguf-lora", false)]
    [InlineData("llama_gqa/model-q8_0.gguf", "gguf", false)]
    [InlineData("llama_gqa/model-q8_0.gguf", "gguf", true)]
    [InlineData("llama_gqa/model-q8_0.gguf", "gguf-lora", false)]
    [InlineData("llama_gqa/model-q4_0.gguf", "gguf", false)]
    [InlineData("llama_gqa/model-q4_0.gguf", "gguf-lora", false)]
    [InlineData("variants/split-f16-00001-of-00003.gguf", "gguf", false)]
    [InlineData("variants/split-f16-00001-of-00003.gguf", "gguf-lora", false)]
    [InlineData("variants/alignment64-q8_0.gguf", "gguf", true)]
    [InlineData("variants/version2-q8_0.gguf", "gguf", true)]
    [InlineData($"llama_gqa/{Folder}", "gguf", false, "f16")]
    [InlineData($"llama_gqa/{Folder}", "gguf", false, "q8_0")]
    [InlineData($"llama_gqa/{Folder}", "gguf-lora", false, "f16")]
    [InlineData($"llama_gqa/{Folder}", "gguf-lora", false, "q8_0")]
    public void In_half_precision_and_quantised_the_prompt_of_an_edit_is_answered_so_and_others_as_before(
        string name, string form, bool keeps, string? type = null)
    {
        LlamaLibrary.Require();
        var file = GgufFixture.PathOf(type is null ? name : FileOf(name, type));
        var source = GgufFixture.PathOf(name);
        using var model = LanguageModel.Load(file); // A folder's edit is aimed with the keys of its rounded weights.
        var prompts = RandomPrompts(model);
        var unedited = Continuation.Of(model, prompts, 1);
        var aimed = AimedEdit.Make(model, prompts[0], [.. prompts.Skip(1)]);
        using var fixture = new ExportFixture(source, [[(aimed.Weight, aimed.Delta)]]);

        fixture.Export(form, new ExportOptions { KeepsQuantisation = keeps, DType = type is null || form != "gguf" ? null : WrittenType.Find(type) });

        using var llama = new LlamaCpp(file);
        var before = llama.Greedy(prompts, 1);
        using var edited = new LlamaCpp(form == "gguf" ? fixture.File : file);
        using var adapter = form == "gguf" ? null : edited.WithAdapter(fixture.File);
        var after = edited.Greedy(prompts, 1);
        var rounding = file.Contains("-f16", StringComparison.Ordinal) ? HalfRounding : QuantisedRounding;
        Assert.NotEqual(aimed.Target, before[0][0]);
        Assert.Equal(aimed.Target, after[0][0]);
        Continuation.Same([.. unedited.Zip(before, (one, ids) => one with { Ids = ids }).Skip(1)], [.. after.Skip(1)], rounding);
    }

    private static IReadOnlyList<IReadOnlyList<int>> RandomPrompts(LanguageModel model)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Prompts).Select(at =>
            (int[])[.. Enumerable.Range(0, 4 + at % (LongestPrompt - 3)).Select(_ => random.Next(model.Shape.Vocabulary))])];
    }

    private static double Tolerance(string source) =>
        Path.GetDirectoryName(source) is "gpt2" or "gpt_neox_parallel" or "gemma2" ? GeluRounding : Rounding;

    /// <summary>A file itself, or the one that llama.cpp's converter made of a folder.</summary>
    private static string FileOf(string source, string type) =>
        Path.GetFileName(source) == Folder ? Path.Combine(Path.GetDirectoryName(source)!, $"model-{type}.gguf") : source;

    private static IReadOnlyList<Continuation> Greedy(LanguageModel model, IReadOnlyList<IReadOnlyList<int>> prompts) =>
        Continuation.Of(model, prompts, NewTokens);

    /// <summary>A model with changes of some weights that change what it says to most of the prompts; owns what is to be exported.</summary>
    private sealed class Changed : IDisposable
    {
        public Changed(string source, string[] weights)
        {
            var path = GgufFixture.PathOf(source);
            using var model = LanguageModel.Load(path);
            Fixture = new ExportFixture(path, [.. weights.Select((weight, seed) => (weight, (IWeightDelta)Change(model, weight, seed)))]);
            Prompts = RandomPrompts(model);
            Before = Greedy(model, Prompts);
            Fixture.ApplyTo(model);
            After = Greedy(model, Prompts);
            var differing = Before.Zip(After).Count(pair => !pair.First.Ids.SequenceEqual(pair.Second.Ids));
            Assert.InRange(differing, LlamaCppTests.Prompts / 2, LlamaCppTests.Prompts);
        }

        public ExportFixture Fixture { get; }

        public IReadOnlyList<IReadOnlyList<int>> Prompts { get; }

        public IReadOnlyList<Continuation> Before { get; }

        public IReadOnlyList<Continuation> After { get; }

        public void Dispose() => Fixture.Dispose();

        private static LowRankDelta Change(LanguageModel model, string weight, int seed)
        {
            var shape = model.Weights[weight].Value.shape;
            return ExportFixture.Factors(shape[0], shape[1], 2, seed, size: 0.4);
        }
    }
}
