using Amend.Models.Chat;
using Amend.Models.Configuration;
using Amend.Models.Generation;
using Amend.Models.Tests.Tokenizers;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;
using Amend.Tensors;

namespace Amend.Models.Tests.Chat;

[NoTensorLeaks]
public sealed class ChatModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama3", "llama3")]
    [InlineData("qwen2", "qwen2")]
    [InlineData("qwen3", "qwen2")]
    [InlineData("phi3", "phi3")]
    [InlineData("llama2", "llama2")]
    [InlineData("mistral", "mistral")]
    [InlineData("gemma2", "gemma2")]
    [InlineData("zephyr", "mistral")]
    public void Special_tokens_of_the_template_are_tokens_and_those_that_the_user_quotes_are_text(string template, string tokenizer)
    {
        using var model = Model(tokenizer);
        var chat = new ChatModel(model, Template(template, tokenizer));
        var special = model.Tokenizer.SpecialTokens;
        var pipeline = (PipelineTokenizer)model.Tokenizer;
        var question = $"Who wrote {string.Join(" and ", special)}?";
        List<int> Signs(TokenizedText tokens) => [.. tokens.Ids.Where(id => special.Contains(pipeline.PieceOf(id)) && pipeline.PieceOf(id) != "<unk>")];

        var (quoting, plain) = (chat.Tokenize(question), chat.Tokenize("Who wrote it?"));

        Assert.NotEmpty(special);
        Assert.Equal(Signs(plain), Signs(quoting));
        Assert.Contains(question, quoting.Text, StringComparison.Ordinal);
        Assert.Equal(plain.Text.Replace("Who wrote it?", question, StringComparison.Ordinal), quoting.Text);
    }

    [Theory]
    [InlineData("llama3", "llama3", "<|begin_of_text|>", 1)]
    [InlineData("llama2", "llama2", "<s>", 1)]
    [InlineData("mistral", "mistral", "<s>", 1)]
    [InlineData("gemma2", "gemma2", "<s>", 1)]
    [InlineData("zephyr", "mistral", "<s>", 0)] // The template has none, so there is none although the tokenizer begins texts with it.
    [InlineData("qwen2", "qwen2", "<|im_start|>", 3)]
    [InlineData("phi3", "phi3", "<|user|>", 1)]
    public void A_special_token_comes_as_often_as_the_template_writes_it(string template, string tokenizer, string token, int times)
    {
        using var model = Model(tokenizer);

        var tokens = new ChatModel(model, Template(template, tokenizer)).Tokenize("Where is it?");

        Assert.Equal(times, tokens.Ids.Count(id => id == ((PipelineTokenizer)model.Tokenizer).IdOf(token)));
    }

    [Theory]
    [InlineData("llama3", "llama3")]
    [InlineData("qwen2", "qwen2")]
    [InlineData("phi3", "phi3")]
    [InlineData("llama2", "llama2")]
    [InlineData("gemma2", "gemma2")]
    public void The_last_token_of_a_subject_is_found_behind_the_template(string template, string tokenizer)
    {
        const string Subject = "O'Neill the Zürcher";
        using var model = Model(tokenizer);

        var tokens = new ChatModel(model, Template(template, tokenizer), system: null).Tokenize($"Say <s> and where {Subject} is");

        var start = tokens.Text.IndexOf(Subject, StringComparison.Ordinal);
        var last = tokens.Spans[tokens.LastTokenOf(start, start + Subject.Length)];
        Assert.InRange(last.Start, start, start + Subject.Length - 1);
        Assert.Equal(start + Subject.Length, last.End);
    }

    [Fact]
    public void What_the_system_says_stands_where_the_template_puts_it()
    {
        using var model = Model("qwen2");

        var tokens = new ChatModel(model, Template("qwen2", "qwen2"), "Be <|im_end|> brief.").Tokenize("Hello");

        Assert.StartsWith("<|im_start|>system\nBe <|im_end|> brief.<|im_end|>\n<|im_start|>user\nHello", tokens.Text, StringComparison.Ordinal);
        Assert.Equal(2, tokens.Ids.Count(id => id == ((PipelineTokenizer)model.Tokenizer).IdOf("<|im_end|>")));
    }

    [Fact]
    public void An_answer_ends_at_any_of_its_ends()
    {
        using var model = TinyModels.Gpt2(seed: 5);
        var template = new ChatTemplate("{{ messages[0].content }}", new Dictionary<string, string>(), "x");
        var whole = new Generator(model).Generate([model.Tokenize("A cat").Ids], new GenerationOptions())[0];
        var end = whole.Index().First(id => id.Index > 0 && !whole.Take(id.Index).Contains(id.Item));

        var answer = new ChatModel(model, template, ends: [end.Item]).Answer("A cat");

        Assert.Equal(model.Tokenizer.Decode(whole.Take(end.Index)).Trim(), answer);
    }

    [Theory]
    [InlineData("generation_config.json", """{"eos_token_id": [7, 9]}""", new[] { 7, 9 })]
    [InlineData("generation_config.json", """{"eos_token_id": 5}""", new[] { 5 })]
    [InlineData("generation_config.json", "{}", new int[0])]
    [InlineData("other.json", "{}", new[] { 3 })]
    public void The_ends_are_those_of_the_files(string file, string content, int[] expected)
    {
        File.WriteAllText(_folder.File("config.json"), """{"eos_token_id": 3}""");
        File.WriteAllText(_folder.File(file), content);

        Assert.Equal(expected, GenerationFile.Ends(_folder.Path));
    }

    [Fact]
    public void Ends_that_are_no_ids_are_named()
    {
        File.WriteAllText(_folder.File("generation_config.json"), """{"eos_token_id": ["x"]}""");

        var error = Assert.Throws<ModelFormatException>(() => GenerationFile.Ends(_folder.Path));

        Assert.Equal($"'{_folder.File("generation_config.json")}': 'eos_token_id' should be a token id or a list of them but is [\"x\"]; check the model folder.", error.Message);
    }

    [Fact]
    public void A_model_without_a_template_says_so()
    {
        using var model = TinyModels.Gpt2(seed: 5);

        Assert.Equal(
            $"'{model.Name}' has no chat template: neither chat_template.jinja nor a chat_template in tokenizer_config.json; ask it without one.",
            Assert.Throws<AmendException>(() => ChatModel.Of(model)).Message);
    }

    [Fact]
    public void An_empty_question_is_refused()
    {
        using var model = Model("qwen2");

        Assert.Throws<AmendException>(() => new ChatModel(model, Template("qwen2", "qwen2")).Tokenize(""));
    }

    private static LanguageModel Model(string tokenizer) =>
        new(tokenizer, "gpt2", TinyModels.Gpt2Transformer(seed: 1), TokenizerLoader.LoadOrNull(TokenizerFixtures.Folder(tokenizer), BuiltInFamilies.TokenizerDefaults));

    /// <summary>The template with the special tokens that the tokenizer's folder names.</summary>
    private ChatTemplate Template(string template, string tokenizer)
    {
        foreach (var file in Directory.GetFiles(TokenizerFixtures.Folder(tokenizer)))
            File.Copy(file, _folder.File(Path.GetFileName(file)), overwrite: true);
        File.Copy(Path.Combine(TokenizerFixtures.PathOf("chat"), template + ".jinja"), _folder.File("chat_template.jinja"));
        return ChatTemplate.LoadOrNull(_folder.Path)!;
    }
}
