using System.Text.Json;
using Amend.Models.Chat.Jinja;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Formats;
using Amend.Tensors;

namespace Amend.Models.Chat;

/// <summary>
/// How a chat model expects a conversation to be written: its own <c>chat_template</c>, a Jinja template of
/// <c>tokenizer_config.json</c> or of <c>chat_template.jinja</c>. The text holds special tokens such as <c>&lt;|im_start|&gt;</c>:
/// tokenize it with <see cref="Tokenizers.ITokenizer.EncodeWritten"/>, as <see cref="ChatModel"/> does.
/// </summary>
public sealed class ChatTemplate
{
    private const string TemplateFile = "chat_template.jinja";
    private const string ConfigFile = "tokenizer_config.json";
    private const string DefaultName = "default";
    private readonly JinjaTemplate _template;
    private readonly Dictionary<string, object?> _tokens;
    private readonly string _source;

    /// <summary>Reads a template.</summary>
    /// <param name="template">The Jinja text.</param>
    /// <param name="tokens">The special tokens it may name, such as <c>bos_token</c>.</param>
    /// <param name="source">What messages call it: its file.</param>
    /// <param name="time">The clock of templates that write the date; the system's when null.</param>
    /// <exception cref="ModelFormatException">The template uses what is not supported.</exception>
    public ChatTemplate(string template, IReadOnlyDictionary<string, string> tokens, string source, TimeProvider? time = null)
    {
        _source = source;
        _tokens = tokens.ToDictionary(token => token.Key, token => (object?)token.Value);
        _template = Guard(() => JinjaTemplate.Parse(template, time ?? TimeProvider.System));
    }

    /// <summary>The template of a model folder; null where it has none.</summary>
    /// <exception cref="ModelFormatException">The files are broken, or the template uses what is not supported.</exception>
    public static ChatTemplate? LoadOrNull(string folder)
    {
        var (templatePath, configPath) = (Path.Combine(folder, TemplateFile), Path.Combine(folder, ConfigFile));
        try
        {
            using var config = File.Exists(configPath) ? JsonDocument.Parse(File.ReadAllBytes(configPath)) : null;
            var text = File.Exists(templatePath) ? File.ReadAllText(templatePath) : config is null ? null : TextIn(config.RootElement);
            return text is null ? null : new ChatTemplate(text, TokensOf(folder), File.Exists(templatePath) ? templatePath : configPath);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"'{configPath}' is not valid JSON ({e.Message}); download it again.", e);
        }
    }

    /// <summary>A question as the model expects it, up to where its answer begins.</summary>
    /// <param name="userMessage">What the user says.</param>
    /// <param name="systemMessage">What the system says before; null for what the template says by itself.</param>
    /// <param name="specialTokens">Texts that are no tokens where they are said; none when null.</param>
    /// <exception cref="AmendException">The template refuses the conversation.</exception>
    public ChatPrompt Wrap(string userMessage, string? systemMessage = null, IEnumerable<string>? specialTokens = null)
    {
        var user = new ChatMessage("user", userMessage);
        ChatMessage[] messages = systemMessage is null ? [user] : [new ChatMessage("system", systemMessage), user];
        return Guard(() =>
        {
            var quoted = new QuotedTokens(messages, specialTokens ?? []);
            return quoted.Restore(Render([.. messages.Select(quoted.Hide)]));
        });
    }

    /// <summary>A conversation as the model expects it.</summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="opensAnswer">Whether the beginning of an answer is written behind them.</param>
    /// <exception cref="AmendException">The template refuses the conversation.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, bool opensAnswer = true)
    {
        var variables = new Dictionary<string, object?>(_tokens)
        {
            ["messages"] = messages.Select(message => (object?)new Dictionary<string, object?> { ["role"] = message.Role, ["content"] = message.Content }).ToList(),
            ["add_generation_prompt"] = opensAnswer,
            ["tools"] = null,
            ["documents"] = null,
        };
        return Guard(() => _template.Render(variables));
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or KeyNotFoundException or ArgumentException or ArithmeticException or InsufficientExecutionStackException)
        {
            throw new ModelFormatException($"The chat template of '{_source}' cannot be used ({e.Message}); write the prompt with the model's signs yourself.", e);
        }
    }

    /// <summary>The template of a configuration: a text, or of several named ones the default.</summary>
    private static string? TextIn(JsonElement config) => config.TryGet("chat_template") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } named => named.EnumerateArray().FirstOrDefault(entry => entry.Text("name") == DefaultName).Text("template"),
        _ => null,
    };

    private static Dictionary<string, string> TokensOf(string folder)
    {
        var settings = TokenizerSettings.Read(folder);
        return TokenizerSettings.TokenKeys.Where(key => settings.Token(key) is not null).ToDictionary(key => key, key => settings.Token(key)!);
    }
}
