using System.Text.Json;
using System.Text.RegularExpressions;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary><c>--chat</c>: a model is asked through its own template.</summary>
public sealed class ChatTests : IDisposable
{
    private const string Template = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,'<|>{}";
    private static readonly string[] Special = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ask_writes_the_prompt_by_the_template_and_shows_the_answer_alone()
    {
        var model = Model();

        var answer = Amend("ask", model, "The <|end|> cat", "--chat", "--system", "Be brief", "--tokens", "4", "--json").Json();
        var text = Amend("ask", model, "The cat", "--chat", "--tokens", "4").Done().Output;

        Assert.Equal("The <|end|> cat", answer.GetProperty("prompt").GetString());
        Assert.Equal("<|system|>Be brief<|end|><|user|>The <|end|> cat<|end|><|assistant|>", answer.GetProperty("written").GetString());
        Assert.Equal(5, answer.GetProperty("top").GetArrayLength());
        Assert.Equal(JsonValueKind.String, answer.GetProperty("completion").ValueKind);
        Assert.Contains("first token", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<|user|>The cat", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_is_asked_through_the_template_before_and_after()
    {
        string[] edit = ["edit", Model(), "--editor", "ft", "--layer", "1", "--set", "num_steps=1", "--prompt", "The cat of {} is", "--subject", "Tom", "--target-new", "red", "--chat"];

        var json = Amend([.. edit, "--json"]).Json();
        var text = Amend(edit).Done().Output;

        var chat = json.GetProperty("answers").GetProperty("chat");
        Assert.Equal(JsonValueKind.String, chat.GetProperty("answer_before").ValueKind);
        Assert.Equal(JsonValueKind.String, chat.GetProperty("answer_after").ValueKind);
        Assert.Contains("Asked through the chat template", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_asks_through_the_template_what_ask_asks()
    {
        var (model, facts) = (Model(), _folder.File("facts.jsonl"));
        var said = Amend("ask", model, "The cat of Tom is", "--chat", "--tokens", "32", "--json").Json().GetProperty("completion").GetString()!;
        var word = Regex.Match(said, @"(?<![\p{L}\d])[A-Za-z]+(?![\p{L}\d])").Value;
        File.WriteAllLines(facts, ((string[])[word, word + " or not"]).Select((text, id) => JsonSerializer.Serialize(
            new { known_id = id, subject = "Tom", attribute = text, prompt = "The cat of Tom is", relation_id = "P1" })));

        var report = Amend("eval", $"known:{facts}", "--model", model, "--editors", "none", "--metrics", "chat.contains", "--json").Json();

        Assert.NotEmpty(word);
        var figure = Assert.Single(report.GetProperty("rows").EnumerateArray()).GetProperty("metrics").GetProperty("chat.contains");
        Assert.Equal((50.0, 2), (figure.GetProperty("value").GetDouble(), figure.GetProperty("n").GetInt32()));
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("edit")]
    public void A_model_without_a_template_is_refused_before_anything_is_done(string verb)
    {
        var run = Amend(verb == "ask" ? ["ask", Facts.Model, "x", "--chat"] : [.. Facts.Tower, "--target-new", "Rome", "--chat"]);

        Assert.Equal("amend: 'atlas-gpt' has no chat template: neither chat_template.jinja nor a chat_template in tokenizer_config.json; ask it without one.\n", run.Error);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_system_message_without_a_template_is_wrong_use()
    {
        var run = Amend("ask", Facts.Model, "x", "--system", "Be brief");

        Assert.Equal("amend: --system \"Be brief\" was given without --chat; only a chat template has a place for it, so add --chat.\n", run.Error);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void Of_several_templates_one_is_chosen_by_its_name()
    {
        var model = Model();
        File.Delete(Path.Combine(model, "chat_template.jinja"));
        File.WriteAllText(
            Path.Combine(model, "tokenizer_config.json"),
            """{"chat_template": [{"name": "brief", "template": "B {{ messages[0].content }}"}, {"name": "tool_use", "template": "T"}]}""");

        var chosen = Amend("ask", model, "cat", "--chat", "--chat-template", "brief", "--tokens", "2", "--json").Json();
        var unnamed = Amend("ask", model, "cat", "--chat");
        var alone = Amend("ask", model, "cat", "--chat-template", "brief");

        Assert.Equal("B cat", chosen.GetProperty("written").GetString());
        Assert.Equal(2, unnamed.ExitCode);
        Assert.Contains("it has 'brief', 'tool_use': choose one of them by its name (--chat-template NAME).", unnamed.Error, StringComparison.Ordinal);
        Assert.Equal("amend: --chat-template brief was given without --chat, so no template is used; add --chat.\n", alone.Error);
    }

    [Fact]
    public void A_template_that_refuses_what_is_asked_is_quoted()
    {
        var model = Model("{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ messages[0].content }}");

        var run = Amend("ask", model, "The cat", "--chat", "--system", "Be brief");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("System role not supported", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    private AmendRun Amend(params string[] args) => new AmendTurns(_folder.File("home")).Run(args);

    /// <summary>A small Llama with a tokenizer of letters, four special tokens, and a template.</summary>
    private string Model(string template = Template)
    {
        var folder = Directory.CreateDirectory(_folder.File("chatty")).FullName;
        var golden = GoldenCases.At("families/llama_mha")[0];
        foreach (var file in new[] { "config.json", "model.safetensors" })
            File.Copy(golden.File(file), Path.Combine(folder, file));
        string[] pieces = ["<s>", "</s>", "Ġ", .. Letters.Select(letter => $"{letter}")];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index)));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(new
        {
            tokenizer_class = "GPT2Tokenizer",
            eos_token = "</s>",
            chat_template = template,
            added_tokens_decoder = Special.Index().ToDictionary(token => $"{pieces.Length + token.Index}", token => new { content = token.Item, special = true }),
        }));
        return folder;
    }
}
