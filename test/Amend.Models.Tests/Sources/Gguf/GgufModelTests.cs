using Amend.Models.Chat;
using Amend.Models.Configuration;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Sources.Gguf;

[NoTensorLeaks]
public sealed class GgufModelTests : IDisposable
{
    private const string Llama = "llama_gqa/model-q4_0.gguf";
    private const string Qwen = "qwen2/model-f32.gguf";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_named_after_its_file_and_its_weights_as_in_a_checkpoint()
    {
        using var model = LanguageModel.Load(GgufFixture.PathOf(Llama));

        Assert.Equal(("model-q4_0", "llama"), (model.Name, model.ModelType));
        Assert.Null(model.Folder);
        Assert.Equal("model.layers.0.mlp.down_proj.weight", model.Transformer.DownProjection(0).Name);
        Assert.Empty(model.Notes);
    }

    [Theory]
    [InlineData("adapter", "holds an adapter (LoRA) for another model (general.type is 'adapter'); give the file of the model, and import the adapter into it with amend import.")]
    [InlineData("mmproj", "holds the projector of a vision or audio model (general.type is 'mmproj'); give the file of the language model beside it.")]
    [InlineData("imatrix", "holds an importance matrix")]
    [InlineData("poem", "says by general.type that it holds 'poem', and only a 'model' can be read; give the file of a model.")]
    public void A_file_that_holds_something_else_is_refused_by_what_it_holds(string kind, string said) =>
        Refused(said, Qwen, ("general.type", kind));

    [Fact]
    public void A_projector_that_does_not_say_so_is_known_by_its_architecture() =>
        Refused("holds the projector of a vision or audio model (architecture 'clip')", Qwen, ("general.architecture", "clip"));

    [Theory]
    [InlineData("mamba")]
    [InlineData("bert")]
    public void An_architecture_that_is_not_read_is_named_with_those_that_are(string architecture) =>
        Refused($"is of the architecture '{architecture}', which this version does not read; known: gpt2, gptneox, llama,", Qwen, ("general.architecture", architecture));

    [Theory]
    [InlineData("llama.rope.dimension_count", 8u, "it turns 8 of the 16 values of a head (llama.rope.dimension_count)")]
    [InlineData("llama.attention.value_length", 8u, "its heads have keys of 16 values and values of 8")]
    [InlineData("llama.attention.head_count_kv", 3u, "llama.attention.head_count 4 is not a multiple of llama.attention.head_count_kv 3")]
    public void What_the_family_does_not_have_is_refused_by_its_key(string key, uint value, string said) => Refused(said, Llama, (key, value));

    [Fact]
    public void A_head_width_that_no_key_says_is_the_streams_over_the_heads() => Refused(
        "llama.embedding_length 32 is not a multiple of llama.attention.head_count 5", Llama,
        ("llama.attention.key_length", null), ("llama.attention.value_length", null), ("llama.attention.head_count_kv", null), ("llama.attention.head_count", 5u));

    [Fact]
    public void A_tensor_that_the_architecture_does_not_have_is_refused_and_old_frequencies_are_passed_over()
    {
        var path = Rewrite(Llama, [], ("blk.0.attn_sinks.weight", [4]));
        var refusal = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(path));
        Assert.Contains("has 1 tensors that models of the architecture 'llama' do not have here, such as 'blk.0.attn_sinks.weight'", refusal.Message, StringComparison.Ordinal);

        using var plain = LanguageModel.Load(GgufFixture.PathOf(Llama));
        using var old = LanguageModel.Load(Rewrite(Llama, [], ("blk.0.attn_rot_embd.weight", [8])));
        Assert.Equal(plain.BaseHash, old.BaseHash);
    }

    [Fact]
    public void Positions_of_old_files_are_scaled_by_the_factor_that_they_name()
    {
        const string File = "llama_linear_bias/model-f32.gguf";
        using var scaled = LanguageModel.Load(GgufFixture.PathOf(File));
        using var old = LanguageModel.Load(Rewrite(File, [("llama.rope.scaling.type", null), ("llama.rope.scaling.factor", null), ("llama.rope.scale_linear", 4f)]));
        using var unscaled = LanguageModel.Load(Rewrite(File, [("llama.rope.scaling.type", "none")]));

        var answer = scaled.Complete("LeBron plays the sport of");
        Assert.Equal(answer, old.Complete("LeBron plays the sport of"));
        Assert.NotEqual(answer, unscaled.Complete("LeBron plays the sport of"));
    }

    [Fact]
    public void The_ends_of_text_and_turn_end_what_the_model_generates()
    {
        using var model = LanguageModel.Load(Rewrite(Qwen, [("tokenizer.ggml.eos_token_id", 304u), ("tokenizer.ggml.eot_token_id", 305u)]));

        Assert.Equal([304, 305, 306], model.Ends);
        Assert.Equal(304, model.Tokenizer.EndOfText);
    }

    [Fact]
    public void Chat_templates_are_found_by_name_and_know_the_special_tokens()
    {
        var path = Rewrite(Qwen,
            [("tokenizer.chat_template", "{{ bos_token }}|{{ messages[0].content }}"), ("tokenizer.chat_template.rag", "R{{ messages[0].content }}{{ eos_token }}")]);
        using var model = LanguageModel.Load(path);

        Assert.Equal("<|endoftext|>|x", ChatTemplate.LoadOrNull(path)!.Wrap("x").Text);
        Assert.Equal("Rx<|im_end|>", ChatTemplate.LoadOrNull(path, "rag")!.Wrap("x").Text);
        Assert.NotEmpty(ChatModel.Of(model, template: "rag").Answer("The mother of"));
        var refusal = Assert.Throws<ModelFormatException>(() => ChatTemplate.LoadOrNull(path, "tool_use"));
        Assert.Contains($"'{path}' has no chat template called 'tool_use'; it has 'default', 'rag'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_chat_template_says_so()
    {
        using var model = LanguageModel.Load(GgufFixture.PathOf(Llama));

        var refusal = Assert.Throws<AmendException>(() => ChatModel.Of(model));

        Assert.Equal("'model-q4_0' has no chat template: its file has no tokenizer.chat_template; ask it without one.", refusal.Message);
    }

    [Fact]
    public void Another_tokenizer_can_be_given_and_is_taken_instead_of_the_files_own()
    {
        var options = new LoadOptions { TokenizerFolder = GgufFixture.PathOf("qwen2/hf") };

        using var model = LanguageModel.Load(GgufFixture.PathOf(Qwen), options);

        const string Decomposed = "e\u0301";
        using var own = LanguageModel.Load(GgufFixture.PathOf(Qwen));
        Assert.NotEqual(own.Tokenizer.Encode(Decomposed).Ids, model.Tokenizer.Encode(Decomposed).Ids);
    }

    [Fact]
    public void Weights_are_loaded_in_the_type_asked_for_with_the_checkpoints_hash()
    {
        using var wide = LanguageModel.Load(GgufFixture.PathOf("gpt2/model-f32.gguf"));
        using var half = LanguageModel.Load(GgufFixture.PathOf("gpt2/model-f32.gguf"), new LoadOptions { DType = ScalarType.BFloat16 });

        Assert.All(half.Weights.All, weight => Assert.Equal(ScalarType.BFloat16, weight.Value.dtype));
        Assert.NotEqual(wide.BaseHash, half.BaseHash);
        Assert.Equal(wide.BaseHash, half.CheckpointHash);
    }

    private void Refused(string said, string file, params (string Key, object? Value)[] changes)
    {
        var path = Rewrite(file, changes);

        var refusal = Assert.ThrowsAny<AmendException>(() => LanguageModel.Load(path));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"'{path}'", refusal.Message, StringComparison.Ordinal);
    }

    private string Rewrite(string file, (string Key, object? Value)[] changes, params (string Name, long[] Shape)[] more) =>
        GgufFixture.Rewrite(file, _folder.File($"{Guid.NewGuid():N}.gguf"), changes.ToDictionary(change => change.Key, change => change.Value), more);
}
