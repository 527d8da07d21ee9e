using System.Text.Json;
using Amend.Models.Chat;
using Amend.Models.Configuration;
using Amend.Models.Tests.Tokenizers;
using Amend.Tensors;

namespace Amend.Models.Tests.Chat;

public sealed class ChatTemplateTests : IDisposable
{
    private static readonly Dictionary<string, string> Tokens = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };
    private static readonly TimeProvider March = new StoppedClock(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Templates =>
        [.. Directory.EnumerateFiles(Fixtures(), "*.jinja").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_template_writes_what_the_reference_writes(string name)
    {
        var template = new ChatTemplate(File.ReadAllText(Path.Combine(Fixtures(), name + ".jinja")), Tokens, name, March);
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(Fixtures(), name + ".json")));

        Assert.NotEmpty(cases.RootElement.EnumerateArray());
        Assert.All(cases.RootElement.EnumerateArray(), one =>
        {
            ChatMessage[] messages = [.. one.GetProperty("messages").EnumerateArray().Select(m => new ChatMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!))];
            var opens = one.GetProperty("opens").GetBoolean();
            if (one.TryGetProperty("text", out var text))
                Assert.Equal(text.GetString(), template.Render(messages, opens));
            else
                Assert.Contains(one.GetProperty("refusal").GetString()!, Assert.Throws<AmendException>(() => template.Render(messages, opens)).Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_question_is_wrapped_up_to_where_the_answer_begins()
    {
        var template = new ChatTemplate(File.ReadAllText(Path.Combine(Fixtures(), "qwen2.jinja")), Tokens, "qwen2");

        Assert.Equal(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nWhere is it?<|im_end|>\n<|im_start|>assistant\n",
            template.Wrap("Where is it?").Text);
        Assert.StartsWith("<|im_start|>system\nBe brief.<|im_end|>", template.Wrap("Where is it?", "Be brief.").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% include 'x' %}", "the tag 'include' is not supported here")]
    [InlineData("{{ x | sha1 }}", "the filter 'sha1' is not supported")]
    [InlineData("{% if x is prime %}{% endif %}", "the test 'is prime' is not supported")]
    [InlineData("{% if x %}", "'endif' is missing")]
    [InlineData("{{ x", "is not closed")]
    [InlineData("{{ 1 + }}", "a value is expected")]
    [InlineData("{{ a b }}", "nothing more is expected")]
    [InlineData("{{ a ? b }}", "is not understood at '?'")]
    public void What_is_not_known_is_refused_when_it_is_read(string template, string reason)
    {
        var error = Assert.Throws<ModelFormatException>(() => new ChatTemplate(template, Tokens, "tokenizer_config.json"));

        Assert.StartsWith("The chat template of 'tokenizer_config.json' cannot be used (", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ 'a' + 1 }}")]
    [InlineData("{{ missing.role }}")]
    [InlineData("{{ missing() }}")]
    [InlineData("{{ 'a'.encode() }}")]
    [InlineData("{{ 1 // 0 }}")]
    [InlineData("{% for i in range(10000000) %}{% endfor %}")]
    [InlineData("{{ strftime_now('%Q') }}")]
    public void What_a_value_cannot_do_is_refused_when_it_is_written(string template)
    {
        var read = new ChatTemplate(template, Tokens, "x");

        Assert.Throws<ModelFormatException>(() => read.Wrap("Hello"));
    }

    [Fact]
    public void A_template_without_end_or_bottom_is_refused()
    {
        Assert.Throws<ModelFormatException>(() => new ChatTemplate("{{ " + new string('(', 200_000), Tokens, "x"));
        Assert.Throws<ModelFormatException>(() => new ChatTemplate(string.Concat(Enumerable.Repeat("{% if x %}", 200_000)), Tokens, "x"));
        Assert.Throws<ModelFormatException>(() => new ChatTemplate("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", Tokens, "x").Wrap("Hello"));
    }

    [Fact]
    public void A_folder_has_its_template_in_its_own_file_or_in_the_configuration()
    {
        Assert.Null(ChatTemplate.LoadOrNull(_folder.Path));

        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"bos_token": {"content": "<bos>"}, "chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "{{ bos_token }}D"}]}""");
        Assert.Equal("<bos>D", ChatTemplate.LoadOrNull(_folder.Path)!.Wrap("x").Text);

        File.WriteAllText(_folder.File("chat_template.jinja"), "{{ bos_token + messages[0].content }}\n");
        Assert.Equal("<bos>x", ChatTemplate.LoadOrNull(_folder.Path)!.Wrap("x").Text);
    }

    [Fact]
    public void What_a_message_quotes_stands_where_the_template_writes_it()
    {
        var template = new ChatTemplate("<s>{% for m in messages %}{{ m.content | trim }}<e>{% endfor %}", Tokens, "x");

        var prompt = template.Wrap(" \uE000<s><e><s>x", "<e>", ["<s>", "<e>", "<s>x", "<none>", ""]);

        Assert.Equal("<s><e><e>\uE000<s><e><s>x<e>", prompt.Text);
        Assert.Equal(["<e>", "<s>", "<e>", "<s>x"], prompt.Quoted.Select(part => prompt.Text[part.Start..part.End]));
        Assert.Equal((3, 6), prompt.Quoted[0]);
    }

    private static string Fixtures() => TokenizerFixtures.PathOf("chat");

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
