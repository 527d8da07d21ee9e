using System.Text.Json;
using Amend.Server.Serving;

namespace Amend.Server.OpenAi;

/// <summary>A request for the continuation of a prompt.</summary>
public sealed record CompletionRequest : SamplingRequest
{
    private const int UsualTokens = 16;
    private const int MostLogprobs = 20;

    /// <summary>The text to continue, or a list of one.</summary>
    public required JsonElement Prompt { get; init; }

    /// <summary>How many likely tokens are told of each place; none where not given.</summary>
    public int? Logprobs { get; init; }

    /// <summary>What is asked of the model.</summary>
    /// <param name="at">The state.</param>
    /// <exception cref="Problems.RefusedException">Something is asked that is not given.</exception>
    internal CompletionOrder ToOrder(string? at)
    {
        if (Texts(Prompt, "prompt") is not [var prompt])
            throw Refuse("'prompt' is a list of several texts or of none; give one text, and ask again for another.");
        if (Logprobs is < 0 or > MostLogprobs)
            throw Refuse($"logprobs {Logprobs} was asked; give a number from 0 to {MostLogprobs}.");
        return new CompletionOrder
        {
            At = at,
            Prompt = prompt,
            Generation = ToGeneration(UsualTokens),
            Stop = ToStops(),
            TopLogprobs = Logprobs,
        };
    }
}
