using System.Text.Json;
using Amend.Models.Chat;
using Amend.Server.Serving;

namespace Amend.Server.OpenAi;

/// <summary>A request for the next answer of a conversation.</summary>
public sealed record ChatRequest : SamplingRequest
{
    private const int MostLogprobs = 20;

    /// <summary>The conversation so far, at least one message.</summary>
    public required IReadOnlyList<ChatRequestMessage> Messages { get; init; }

    /// <summary>Most new tokens; the newer name of <c>max_tokens</c>. All that the context allows where neither is given.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Whether the logarithms of probabilities are told.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>With <c>logprobs</c>: how many likely tokens are told of each place.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>What is asked of the model.</summary>
    /// <param name="at">The state.</param>
    /// <exception cref="Problems.RefusedException">Something is asked that is not given.</exception>
    internal CompletionOrder ToOrder(string? at)
    {
        if (TopLogprobs is < 0 or > MostLogprobs)
            throw Refuse($"top_logprobs {TopLogprobs} was asked; give a number from 0 to {MostLogprobs}.");
        var length = MaxCompletionTokens ?? MaxTokens;
        return new CompletionOrder
        {
            At = at,
            Messages = [.. Messages.Select(message => new ChatMessage(RoleOf(message), TextOf(message)))],
            Generation = ToGeneration(usual: 1) with { MaxNewTokens = length ?? 1 },
            FillsContext = length is null,
            Stop = ToStops(),
            TopLogprobs = Logprobs == true ? TopLogprobs ?? 0 : null,
        };
    }

    private static string RoleOf(ChatRequestMessage message) => message.Role switch
    {
        "developer" => "system",
        "system" or "user" or "assistant" => message.Role,
        var role => throw Refuse($"A message has the role '{role}'; give system, user or assistant."),
    };

    /// <summary>A message's text, which may come in parts.</summary>
    private static string TextOf(ChatRequestMessage message)
    {
        if (message.Content.ValueKind != JsonValueKind.Array)
            return Texts(message.Content, "content") is [var whole] ? whole : throw Refuse("A message has no 'content'; give a text.");
        var parts = message.Content.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw Refuse("A part of a message's 'content' is no text; give texts alone."));
        return string.Concat(parts);
    }
}

/// <summary>A message of a conversation.</summary>
/// <param name="Role">Who says it: <c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What is said: a text, or a list of parts of type <c>text</c>.</param>
public sealed record ChatRequestMessage(string Role, JsonElement Content);
