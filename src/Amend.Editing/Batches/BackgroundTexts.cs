using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Shapes;
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
        var decoder = model.RequireDecoder("The reading of keys");
        var context = model.Shape.ContextLength;
        var written = ContextTemplateSampler.Sample(model, Starts, Math.Min(length, context / 2), seed).Texts.Skip(1);
        return [.. written.Select(text => text.Replace("{}", "").Trim()).Select(text => new BackgroundText(text, States(text)))];

        Tensor States(string text)
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            var tokens = TokenBatch.Pad([[.. model.Tokenize(text).Ids.Take(context)]], padding: 0, model.Device);
            var attention = AttentionScope.Causal(tokens.Mask, (int)tokens.Ids.shape[1]);
            using var trace = model.Trace().Capture(site);
            decoder.Blocks(decoder.Embed(tokens.Ids, attention.Positions), attention, 0, site.Layer + 1);
            var states_TF = trace[site][0];
            return states_TF.narrow(0, 1, states_TF.shape[0] - 1).cpu().to(float32, copy: true).MoveToOuterDisposeScope();
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
