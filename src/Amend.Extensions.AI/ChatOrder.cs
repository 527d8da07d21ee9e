using Amend.Editing.Sessions;
using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Tensors;
using Microsoft.Extensions.AI;
using AskedMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatMessage = Amend.Models.Chat.ChatMessage;

namespace Amend.Extensions.AI;

/// <summary>What a conversation asks of a model.</summary>
/// <param name="Messages">The messages, with the instructions in front.</param>
/// <param name="Generation">Length and sampling; the length counts where <paramref name="FillsContext"/> is false.</param>
/// <param name="FillsContext">Whether the answer may be as long as the context allows.</param>
/// <param name="Stops">Texts before which it ends.</param>
/// <param name="Model">The model and its state, as <c>NAME</c>, <c>NAME@base</c> or <c>NAME@ID</c>; as it is now when null.</param>
internal sealed record ChatOrder(
    IReadOnlyList<ChatMessage> Messages, GenerationOptions Generation, bool FillsContext, IReadOnlyList<string> Stops, string? Model)
{
    /// <summary>Reads what is asked.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How it is to be answered.</param>
    /// <param name="length">Most new tokens where the options do not say; null for as many as the context allows.</param>
    /// <exception cref="AmendException">Something is asked that a model here does not do.</exception>
    public static ChatOrder Of(IEnumerable<AskedMessage> messages, ChatOptions? options, int? length)
    {
        Refuse(options);
        List<ChatMessage> asked = [.. messages.Select(message => new ChatMessage(RoleOf(message), TextOf(message)))];
        if (options?.Instructions is { Length: > 0 } instructions)
            asked.Insert(0, new ChatMessage("system", instructions));
        if (options?.StopSequences?.Any(string.IsNullOrEmpty) == true)
            throw new AmendException("One of the stop sequences is empty; give texts of at least one character.");
        var most = options?.MaxOutputTokens ?? length;
        return new ChatOrder(
            asked,
            GenerationOf(options, most ?? 1).Validated(),
            most is null,
            [.. options?.StopSequences ?? []],
            options?.ModelId);
    }

    /// <summary>The ids of the edits of the state that is asked.</summary>
    /// <exception cref="AmendException">Another model is asked, or a state that it never had.</exception>
    public IReadOnlyList<string> StateOf(EditSession session)
    {
        var name = session.Model.Name;
        if (Model is null || Model == name)
            return session.Edits;
        return Model.StartsWith(name + '@', StringComparison.Ordinal)
            ? session.Store.AppliedAt(Model[(name.Length + 1)..])
            : throw new AmendException(
                $"The model '{Model}' was asked, and '{name}' is here; ask it by that name, as {name}@base, or as {name}@ID of an edit.");
    }

    /// <summary>The conversation as the model reads it: by its chat template, else as one text, a message a line.</summary>
    /// <exception cref="AmendException">There is nothing to read, or the template refuses it.</exception>
    public IReadOnlyList<int> Read(LanguageModel model)
    {
        var following = FillsContext ? 0 : Generation.MaxNewTokens;
        if (ChatModel.OfOrNull(model) is { } chat)
            return chat.Tokenize(Messages, following).Ids;
        var text = string.Join('\n', Messages.Select(message => message.Content));
        return model.Tokenize(model.WithPreamble(text, following)).Ids;
    }

    private static GenerationOptions GenerationOf(ChatOptions? options, int length)
    {
        // What is greedy by default stays so until something of the sampling is asked.
        var isGreedy = options?.Temperature is 0 || options is null or { Temperature: null, TopP: null, TopK: null };
        return new GenerationOptions
        {
            MaxNewTokens = length,
            Temperature = isGreedy ? 1 : options!.Temperature ?? 1,
            TopP = isGreedy ? null : options!.TopP ?? 1,
            TopK = isGreedy ? null : options!.TopK,
            Seed = options?.Seed is { } seed ? unchecked((int)(seed ^ (seed >> 32))) : Random.Shared.Next(),
        };
    }

    private static void Refuse(ChatOptions? options)
    {
        if (options is null)
            return;
        (string Name, bool IsAsked)[] unsupported =
        [
            (nameof(options.Tools), options.Tools is { Count: > 0 }),
            (nameof(options.ResponseFormat), options.ResponseFormat is ChatResponseFormatJson),
            (nameof(options.FrequencyPenalty), options.FrequencyPenalty is not (null or 0)),
            (nameof(options.PresencePenalty), options.PresencePenalty is not (null or 0)),
            (nameof(options.ConversationId), options.ConversationId is not null),
        ];
        if (unsupported.FirstOrDefault(one => one.IsAsked) is { Name: { } name })
            throw new AmendException($"The chat options have {name}, which an edited model does not do here; leave it out.");
    }

    private static string RoleOf(AskedMessage message) =>
        message.Role == ChatRole.System || message.Role == ChatRole.User || message.Role == ChatRole.Assistant
            ? message.Role.Value
            : throw new AmendException($"A message has the role '{message.Role.Value}'; give system, user or assistant.");

    private static string TextOf(AskedMessage message) =>
        message.Contents.FirstOrDefault(content => content is not TextContent) is { } other
            ? throw new AmendException($"A message has a {other.GetType().Name}; give texts alone.")
            : message.Text;
}
