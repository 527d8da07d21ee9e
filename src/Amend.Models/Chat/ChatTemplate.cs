using Amend.Models.Chat.Jinja;
using Amend.Models.Configuration;
using Amend.Models.Sources;
using Amend.Tensors;

namespace Amend.Models.Chat;

/// <summary>
/// How a chat model expects a conversation to be written: its own <c>chat_template</c>, a Jinja template of
/// <c>tokenizer_config.json</c> or of <c>chat_template.jinja</c>, or one of several named ones. The text holds special tokens such as
/// <c>&lt;|im_start|&gt;</c>:
/// tokenize it with <see cref="Tokenizers.ITokenizer.EncodeWritten"/>, as <see cref="ChatModel"/> does.
/// </summary>
public sealed class ChatTemplate
{
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

    /// <summary>A template of a model; null where it has none.</summary>
    /// <param name="path">The model's folder or file.</param>
    /// <param name="name">Which of several templates; the default one when null.</param>
    /// <exception cref="AmendException">What holds them is broken, no template has the name, or it uses what is not supported.</exception>
    public static ChatTemplate? LoadOrNull(string path, string? name = null) => LoadOrNull(ModelSource.At(path), name);

    /// <summary>A template of a source; null where it has none.</summary>
    /// <inheritdoc cref="LoadOrNull(string, string)"/>
    internal static ChatTemplate? LoadOrNull(IModelSource source, string? name = null)
    {
        var templates = source.ReadChatTemplates();
        if (templates.All.Count == 0)
            return null;
        var asked = name ?? ModelChatTemplates.DefaultName;
        var found = templates.All.FirstOrDefault(template => template.Name == asked) ?? throw new ModelFormatException(
            $"'{source.Path}' has no chat template called '{asked}'; "
                + $"it has {string.Join(", ", templates.All.Select(template => $"'{template.Name}'"))}: "
            + "choose one of them by its name (--chat-template NAME).");
        return new ChatTemplate(found.Text, templates.Tokens, found.Path);
    }

    /// <summary>A question as the model expects it, up to where its answer begins.</summary>
    /// <param name="userMessage">What the user says.</param>
    /// <param name="systemMessage">What the system says before; null for what the template says by itself.</param>
    /// <param name="specialTokens">Texts that are no tokens where they are said; none when null.</param>
    /// <exception cref="AmendException">The template refuses the conversation.</exception>
    public ChatPrompt Wrap(string userMessage, string? systemMessage = null, IEnumerable<string>? specialTokens = null)
    {
        var user = new ChatMessage("user", userMessage);
        return Wrap(systemMessage is null ? [user] : [new ChatMessage("system", systemMessage), user], specialTokens);
    }

    /// <summary>A conversation as the model expects it, up to where its next answer begins.</summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="specialTokens">Texts that are no tokens where they are said; none when null.</param>
    /// <exception cref="AmendException">The template refuses the conversation.</exception>
    public ChatPrompt Wrap(IReadOnlyList<ChatMessage> messages, IEnumerable<string>? specialTokens) => Guard(() =>
    {
        var quoted = new QuotedTokens(messages, specialTokens ?? []);
        return quoted.Restore(Render([.. messages.Select(quoted.Hide)]));
    });

    /// <summary>A conversation as the model expects it.</summary>
    /// <param name="messages">The messages in order.</param>
    /// <param name="opensAnswer">Whether the beginning of an answer is written behind them.</param>
    /// <exception cref="AmendException">The template refuses the conversation.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, bool opensAnswer = true)
    {
        var variables = new Dictionary<string, object?>(_tokens)
        {
            ["messages"] = messages.Select(message => (object?)new Dictionary<string, object?>
                { ["role"] = message.Role, ["content"] = message.Content }).ToList(),
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
        catch (Exception e) when (e is FormatException or InvalidCastException or KeyNotFoundException or ArgumentException
            or ArithmeticException or InsufficientExecutionStackException)
        {
            throw new ModelFormatException($"The chat template of '{_source}' cannot be used ({e.Message}); "
                + "write the prompt with the model's signs yourself.", e);
        }
    }
}

/// <summary>A message of a conversation.</summary>
/// <param name="Role">Who says it: <c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What is said.</param>
public sealed record ChatMessage(string Role, string Content);

/// <summary>A question as a chat template writes it.</summary>
/// <param name="Text">The text, special tokens and all, up to where the answer begins.</param>
/// <param name="Quoted">Where what the user or the system said looks like a special token and is none.</param>
public sealed record ChatPrompt(string Text, IReadOnlyList<(int Start, int End)> Quoted);
