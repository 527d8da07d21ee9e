using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Tensors;

namespace Amend.Server.Serving;

/// <summary>A text that is asked of a served model: the continuation of a prompt, or the next answer of a conversation.</summary>
public sealed record CompletionOrder
{
    /// <summary>The state: an edit's id or its first digits, <c>base</c>, or null for the model as it is now.</summary>
    public string? At { get; init; }

    /// <summary>The text to continue; null for a conversation.</summary>
    public string? Prompt { get; init; }

    /// <summary>The conversation, asked through the model's chat template; null for a prompt.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>Length and sampling.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>Whether it may be as long as the context allows, whatever length the sampling names.</summary>
    public bool FillsContext { get; init; }

    /// <summary>Texts before which it ends; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How many likely tokens are told of each place, beside the one that was taken; null for no log-probabilities.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Refuses what is too much.</summary>
    /// <exception cref="AmendException">The prompt or the length asked is over its bound.</exception>
    internal CompletionOrder Validated(ServingOptions options)
    {
        Generation.Validated();
        var length = Prompt?.Length ?? Messages?.Sum(message => (long)message.Content.Length) ?? 0;
        if (length > options.MaxPromptLength)
        {
            throw new AmendException(
                $"A prompt of {length} characters was given, and at most {options.MaxPromptLength} are read; shorten it.");
        }

        if (Generation.MaxNewTokens > options.MaxNewTokens)
        {
            throw new AmendException(
                $"{Generation.MaxNewTokens} new tokens were asked, and at most {options.MaxNewTokens} are given; ask for fewer.");
        }

        return this;
    }
}
