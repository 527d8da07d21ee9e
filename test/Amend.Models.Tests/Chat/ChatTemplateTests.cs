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

    [Theory]
    [InlineData("{{ 'one \\\n two' }}", "one  two")]
    [InlineData(
        "{{ '\\x41\\101\\060\\u00e9\\U0001F600\\a\\b\\f\\v|\\q|\\'|\\\"|\\\\n' }}",
        "AA0\u00e9\ud83d\ude00\u0007\b\f\u000b|\\q|'|\"|\\n")]
    [InlineData("{{ 'tab\\tend\\0' }}", "tab\tend\u0000")]
    [InlineData(
        "{{ ['a', none, true, 1, 2.0, 'it\\'s', 'say \"it\\'s\"', '\u00e9\\n\\x07', [], {}] }}",
        "['a', None, True, 1, 2.0, \"it's\", 'say \"it\\'s\"', '\u00e9\\n\\x07', [], {}]")]
    [InlineData("{{ {'a': none, 'b': [false], 'c': {'d': 'x'}} }}", "{'a': None, 'b': [False], 'c': {'d': 'x'}}")]
    [InlineData("{{ (1, 'b') }}{{ (1,) }}{{ () }}", "(1, 'b')(1,)()")]
    [InlineData("{{ {'a': 1}.items() | list }}", "[('a', 1)]")]
    [InlineData("{{ none }}{{ true }}{{ [undefined_name] }}", "NoneTrue[Undefined]")]
    [InlineData(
        "{{ {'a': 1, 'b': [1, {'c': 2}]} == {'b': [1.0, {'c': 2}], 'a': true} }}{{ {'a': 1} == {'a': 2} }}{{ "
        + "{'a': 1} != {} }}{{ [1] == (1,) }}",
        "TrueFalseTrueFalse")]
    [InlineData(
        "{% macro m(a, b='B') %}{{ a }}{{ b }}{{ varargs }}{{ varargs | length }}{% endmacro %}{{ m(1) }}{{ m(1, "
        + "2, 3, 'x') }}",
        "1B()012(3, 'x')2")]
    [InlineData(
        "{% macro m(a) %}{{ a }}{% for k, v in kwargs.items() %}{{ k }}={{ v }};{% endfor %}{% endmacro %}{{ "
        + "m(1, c=2, d='e') }}",
        "1c=2;d=e;")]
    [InlineData(
        "{{ 1.0 }} {{ 10000000000000000.0 }} {{ 123456789012345680.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ 0.00000015 "
        + "}} {{ 10000000000000000000000.0 }} {{ 100000.5 }} {{ -0.0 }} {{ 1/3 }} {{ 1000000000000000.0 }}",
        "1.0 1e+16 1.2345678901234568e+17 0.0001 1e-05 1.5e-07 1e+22 100000.5 -0.0 0.3333333333333333 1000000000000000.0")]
    [InlineData("{{ '-' * 3 }}{{ 2 * 'ab' }}{{ true + 1 }}", "---abab2")]
    [InlineData(
        "{{ [{'n': {'x': 1}}, {'n': {'x': 2}}] | map(attribute='n.x') | join('+') }}{{ [{'a': 1}, {}] | map(attribute='a', "
        + "default=9) | list }}",
        "1+2[1, 9]")]
    [InlineData(
        "{{ [{'n': 'p'}, {'n': 'q'}] | join(', ', attribute='n') }}{{ [1, 2, 3] | sum }}{{ [3, 1, 2] | min }}{{ "
        + "[3, 1, 2] | max }}{{ -2 | abs }}",
        "p, q6132")]
    [InlineData(
        "{{ ['a', '', 'b'] | select | list }}{{ [1, 2, 3] | select('gt', 1) | list }}{{ [1, 2, 3] | reject('odd') "
        + "| list }}{{ ['a', 'b', 'a'] | unique | list }}",
        "['a', 'b'][2, 3][2]['a', 'b']")]
    [InlineData(
        "{{ 'aXbXc'.replace('X', '-', 1) }}{{ 'aXbXc' | replace('X', '-', 1) }}{{ 'a\\nb\\n'.splitlines() }}{{ "
        + "','.join(['a', 'b']) }}{{ 'pre-x'.removeprefix('pre-') }}{{ 'aaa'.count('a') }}",
        "a-bXca-bXc['a', 'b']a,bx3")]
    [InlineData("{{ '3.7' | int }}{{ '2.5' | float }}{{ 'x' | float(1.5) }}", "32.51.5")]
    [InlineData(
        "{{ {'b': [1, '\u00e9'], 'a': none} | tojson }}{{ {'b': [1, '\u00e9'], 'a': none} | tojson(sort_keys=true, "
        + "separators=(',', ':'), ensure_ascii=true) }}",
        "{\"b\": [1, \"\u00e9\"], \"a\": null}{\"a\":null,\"b\":[1,\"\\u00e9\"]}")]
    [InlineData("{{ {'b': [1, {}], 'a': []} | tojson(indent=2) }}", "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": []\n}")]
    [InlineData("{{ 'a\\n\\nb' | indent(2, true, true) }}", "  a\n  \n  b")]
    [InlineData("{% for x in 'abc' %}{{ loop.cycle('o', 'e') }}{% endfor %}", "oeo")]
    public void Values_are_read_and_written_as_Jinja2_does(string template, string expected) =>
        Assert.Equal(expected, new ChatTemplate(template, Tokens, "x").Wrap("Hello").Text);

    [Theory]
    [InlineData("{{ '\\x4' }}", "the escape '\\x4'")]
    [InlineData("{{ '\\U00110000' }}", "the escape '\\U00110000'")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "the macro 'm' takes 1 values and is given 2")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(1, c=2) }}", "the macro 'm' has no parameter 'c'")]
    [InlineData("{{ 'a b'.split(sep=' ') }}", "'split' is called with sep by name")]
    [InlineData("{{ missing | tojson }}", "an undefined value has no form in JSON")]
    public void What_Python_refuses_or_would_mean_something_else_is_refused(string template, string reason)
    {
        var error = Assert.Throws<ModelFormatException>(() => new ChatTemplate(template, Tokens, "x").Wrap("Hello"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
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
    public void A_template_of_several_is_chosen_by_its_name()
    {
        File.WriteAllText(
            _folder.File("tokenizer_config.json"),
            """{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "rag", "template": "R"}, {"name": "broken"}]}""");
        Directory.CreateDirectory(_folder.File("additional_chat_templates"));
        File.WriteAllText(Path.Combine(_folder.File("additional_chat_templates"), "brief.jinja"), "B");

        Assert.Equal("R", ChatTemplate.LoadOrNull(_folder.Path, "rag")!.Wrap("x").Text);
        Assert.Equal("B", ChatTemplate.LoadOrNull(_folder.Path, "brief")!.Wrap("x").Text);
        foreach (var (name, asked) in new[] { (null, "default"), ("broken", "broken") })
        {
            var error = Assert.Throws<ModelFormatException>(() => ChatTemplate.LoadOrNull(_folder.Path, name));
            Assert.Equal(
                $"'{_folder.Path}' has no chat template called '{asked}'; it has 'brief', 'tool_use', 'rag': choose one of them by its name (--chat-template NAME).",
                error.Message);
        }
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
