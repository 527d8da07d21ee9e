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
    private const string Llama = "llama_linear_bias/model-f32.gguf";
    private const string Llama3 = "llama_rope_llama3/model-f32.gguf";
    private const string Qwen2 = "qwen2/model-f32.gguf";
    private const string Gpt2 = "gpt2/model-f32.gguf";
    private const string GptNeoX = "gpt_neox_parallel/model-f32.gguf";
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

    /// <summary>Files in float32 with some of the weights that editors change, of each way in which a file lays them.</summary>
    public static TheoryData<string, string[]> Edited => new()
    {
        { Llama, ["model.layers.1.mlp.down_proj.weight"] },
        { Llama, ["model.layers.0.self_attn.q_proj.weight", "model.layers.1.self_attn.k_proj.weight", "model.layers.0.mlp.down_proj.weight"] },
        { Llama3, ["model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.0.mlp.up_proj.weight"] },
        { Qwen2, ["model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.1.self_attn.v_proj.weight"] },
        { Gpt2, ["transformer.h.0.mlp.c_proj.weight", "transformer.h.1.attn.c_attn.weight"] },
        { GptNeoX, ["gpt_neox.layers.0.mlp.dense_4h_to_h.weight", "gpt_neox.layers.1.attention.query_key_value.weight"] },
    };

    [Theory]
    [InlineData(Llama)]
    [InlineData(Llama3)]
    [InlineData(Qwen2)]
    [InlineData(Gpt2)]
    [InlineData(GptNeoX)]
    public void An_unedited_file_says_in_both_the_same(string file)
    {
        using var llama = new LlamaCpp(GgufFixture.PathOf(file));
        using var model = LanguageModel.Load(GgufFixture.PathOf(file));
        var prompts = RandomPrompts(model);

        Continuation.Same(Greedy(model, prompts), llama.Greedy(prompts, NewTokens), Tolerance(file));
    }

    [Theory]
    [MemberData(nameof(Edited))]
    public void An_edited_file_says_what_the_edited_model_says(string file, string[] weights)
    {
        LlamaLibrary.Require();
        using var fixture = Edits(file, weights);
        using var model = LanguageModel.Load(GgufFixture.PathOf(file));
        var prompts = RandomPrompts(model);
        var before = Greedy(model, prompts);
        fixture.ApplyTo(model);
        var edited = Greedy(model, prompts);
        Assert.InRange(Differing(before, edited), Prompts / 2, Prompts);

        fixture.Export("gguf");

        using var llama = new LlamaCpp(fixture.Target);
        Continuation.Same(edited, llama.Greedy(prompts, NewTokens), Tolerance(file));
    }

    [Theory]
    [MemberData(nameof(Edited))]
    public void An_adapter_makes_the_unedited_file_say_it_and_taken_off_leaves_it_as_it_was(string file, string[] weights)
    {
        LlamaLibrary.Require();
        using var fixture = Edits(file, weights);
        using var model = LanguageModel.Load(GgufFixture.PathOf(file));
        var prompts = RandomPrompts(model);
        var before = Greedy(model, prompts);
        fixture.ApplyTo(model);
        var edited = Greedy(model, prompts);
        Assert.InRange(Differing(before, edited), Prompts / 2, Prompts);

        fixture.Export("gguf-lora");

        using var llama = new LlamaCpp(GgufFixture.PathOf(file));
        Continuation.Same(before, llama.Greedy(prompts, NewTokens), Tolerance(file));
        using (llama.WithAdapter(fixture.Target))
            Continuation.Same(edited, llama.Greedy(prompts, NewTokens), Tolerance(file));
        Continuation.Same(before, llama.Greedy(prompts, NewTokens), Tolerance(file));
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
    public void In_half_precision_and_quantised_the_prompt_of_an_edit_is_answered_so_and_others_as_before(string name, string form, bool keeps)
    {
        LlamaLibrary.Require();
        var file = GgufFixture.PathOf(name);
        using var model = LanguageModel.Load(file);
        var prompts = RandomPrompts(model);
        var unedited = Continuation.Of(model, prompts, 1);
        var aimed = AimedEdit.Make(model, prompts[0], [.. prompts.Skip(1)]);
        using var fixture = new ExportFixture(file, [[(aimed.Weight, aimed.Delta)]]);

        fixture.Export(form, new ExportOptions { KeepsQuantisation = keeps });

        using var llama = new LlamaCpp(file);
        var before = llama.Greedy(prompts, 1);
        using var edited = new LlamaCpp(form == "gguf" ? fixture.Target : file);
        using var adapter = form == "gguf" ? null : edited.WithAdapter(fixture.Target);
        var after = edited.Greedy(prompts, 1);
        var rounding = name.Contains("-f16", StringComparison.Ordinal) ? HalfRounding : QuantisedRounding;
        Assert.NotEqual(aimed.Target, before[0][0]);
        Assert.Equal(aimed.Target, after[0][0]);
        Continuation.Same([.. unedited.Zip(before, (one, ids) => one with { Ids = ids }).Skip(1)], [.. after.Skip(1)], rounding);
    }

    private static ExportFixture Edits(string file, string[] weights)
    {
        var path = GgufFixture.PathOf(file);
        using var stored = StoredModel.Open(path);
        return new ExportFixture(path, [[.. weights.Select((weight, seed) => (weight, (IWeightDelta)Change(stored, weight, seed)))]]);
    }

    private static LowRankDelta Change(StoredModel stored, string weight, int seed)
    {
        var shape = stored.Weight(weight).Value.shape;
        return ExportFixture.Factors(shape[0], shape[1], 2, seed, size: 0.4);
    }

    private static IReadOnlyList<IReadOnlyList<int>> RandomPrompts(LanguageModel model)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Prompts).Select(at =>
            (int[])[.. Enumerable.Range(0, 4 + at % (LongestPrompt - 3)).Select(_ => random.Next(model.Shape.Vocabulary))])];
    }

    private static double Tolerance(string file) => file is Gpt2 or GptNeoX ? GeluRounding : Rounding;

    private static IReadOnlyList<Continuation> Greedy(LanguageModel model, IReadOnlyList<IReadOnlyList<int>> prompts) =>
        Continuation.Of(model, prompts, NewTokens);

    private static int Differing(IReadOnlyList<Continuation> one, IReadOnlyList<Continuation> other) =>
        one.Zip(other).Count(pair => !pair.First.Ids.SequenceEqual(pair.Second.Ids));
}
