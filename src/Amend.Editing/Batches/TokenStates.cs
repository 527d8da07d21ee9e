using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>What stands at the tokens of a text.</summary>
internal static class TokenStates
{
    /// <summary>Reads the value of a site at each token.</summary>
    /// <param name="model">The model, as it is now.</param>
    /// <param name="text">The text, which is cut to the model's context.</param>
    /// <param name="site">The site.</param>
    /// <returns><c>[T,F]</c> float32 on the CPU, in the caller's dispose scope.</returns>
    public static Tensor Read(LanguageModel model, string text, Site site)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var decoder = model.RequireDecoder("The reading of keys");
        var tokens = TokenBatch.Pad([[.. model.Tokenize(text).Ids.Take(model.Shape.ContextLength)]], padding: 0, model.Device);
        var attention = AttentionScope.Causal(tokens.Mask, (int)tokens.Ids.shape[1]);
        using var trace = model.Trace().Capture(site);
        decoder.Blocks(decoder.Embed(tokens.Ids, attention.Positions), attention, 0, site.Layer + 1);
        return trace[site][0].cpu().to(float32, copy: true).MoveToOuterDisposeScope();
    }
}
