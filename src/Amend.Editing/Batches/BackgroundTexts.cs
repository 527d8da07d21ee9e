using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// Texts that the model writes of its own, and what stands at their tokens: whatever comes near to it would fire everywhere. In trials
/// the key of one name in sixty lay as near to every "the" as to its own paraphrases.
/// </summary>
internal static class BackgroundTexts
{
    private static readonly string[] Starts =
        ["The", "In", "A", "He", "She", "It", "They", "This", "On", "After", "When", "As", "For", "At", "However", "There"];

    /// <summary>Writes the texts and reads what stands at their tokens but the first.</summary>
    /// <param name="model">The model, as the keys are read in it.</param>
    /// <param name="site">The site that keys are of.</param>
    /// <param name="length">Tokens a text.</param>
    /// <param name="seed">The sampling's seed.</param>
    /// <returns>Each text with its tokens' values, <c>[T,F]</c> float32 on the CPU, in the caller's dispose scope.</returns>
    public static IReadOnlyList<BackgroundText> Write(LanguageModel model, Site site, int length, int seed)
    {
        var most = Math.Min(length, model.Shape.ContextLength / 2);
        var written = ContextTemplateSampler.Sample(model, Starts, most, seed).Texts.Skip(1);
        return [.. written.Select(text => text.Replace("{}", "").Trim()).Select(text => new BackgroundText(text, States(text)))];

        Tensor States(string text)
        {
            var states_TF = TokenStates.Read(model, text, site);
            return states_TF.narrow(0, 1, states_TF.shape[0] - 1);
        }
    }
}

/// <summary>A text with what stands at its tokens but the first, <c>[T,F]</c> float32.</summary>
internal sealed record BackgroundText(string Text, Tensor States)
{
    /// <summary>The distance from a key to the nearest of the tokens, in units of the key's norm.</summary>
    /// <param name="key_F">The key, <c>[F]</c>, float32.</param>
    public double NearestTo(Tensor key_F)
    {
        using var scope = NewDisposeScope();
        return ((States - key_F).norm(1).min() / key_F.norm()).item<float>();
    }
}
