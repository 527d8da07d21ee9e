using Amend.Editing.Sessions;
using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Server.Problems;

namespace Amend.Server.Api;

/// <summary>A question to a model of any kind, as <c>amend ask</c> asks it.</summary>
/// <param name="Prompt">The text to continue, answer or classify, or whose masks to fill.</param>
public sealed record AskBody(string Prompt)
{
    private const int MostTokens = 256;
    private const int MostListed = 100;

    /// <summary>The state: an edit's id, <c>base</c>, or null for the model as it is now.</summary>
    public string? At { get; init; }

    /// <summary>Most new tokens; at most 256, longer texts are for <c>/v1/completions</c>.</summary>
    public int Tokens { get; init; } = 20;

    /// <summary>How many tokens are listed for a place.</summary>
    public int Top { get; init; } = 5;

    /// <summary>Sample among this many likeliest tokens; greedy when neither this nor <c>top_p</c> is given.</summary>
    public int? TopK { get; init; }

    /// <summary>Sample among the likeliest tokens that together have this probability.</summary>
    public double? TopP { get; init; }

    /// <summary>Divides the logits when sampling.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The sampling's seed.</summary>
    public int Seed { get; init; }

    /// <summary>Whether it is asked through the model's chat template.</summary>
    public bool Chat { get; init; }

    /// <summary>With <c>chat</c>: what the system says before.</summary>
    public string? System { get; init; }

    /// <summary>How the model is asked.</summary>
    /// <exception cref="Tensors.AmendException">A number is out of range, or the model has no chat template.</exception>
    internal AskOptions ToOptions(LanguageModel model)
    {
        if (Tokens is < 1 or > MostTokens || Top is < 1 or > MostListed)
        {
            throw new RefusedException(Refusal.BadRequest(
                $"tokens {Tokens} and top {Top} were asked; give 1 to {MostTokens} tokens and list 1 to {MostListed}."));
        }

        return new AskOptions
        {
            Top = Top,
            Generation = new GenerationOptions { MaxNewTokens = Tokens, TopK = TopK, TopP = TopP, Temperature = Temperature, Seed = Seed },
            Chat = Chat ? ChatModel.Of(model, System) : null,
        };
    }
}
