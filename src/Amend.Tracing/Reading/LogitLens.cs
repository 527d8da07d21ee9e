using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tracing.Runs;
using static TorchSharp.torch;

namespace Amend.Tracing.Reading;

/// <summary>
/// What a model would say after each layer: the residual stream at the last token of a prompt, put through the last norm and the output
/// embedding as if the layers above were not there (nostalgebraist 2020, the logit lens). After the last layer it is what the model says.
/// </summary>
public static class LogitLens
{
    /// <summary>The likeliest next tokens after each layer, the likeliest first; from the lowest layer up, L.</summary>
    /// <param name="model">A causal decoder, with the edits that it has.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many tokens a layer.</param>
    /// <exception cref="AmendException">The prompt is empty or too long, or the model is no causal decoder or gives NaN.</exception>
    public static IReadOnlyList<IReadOnlyList<TokenProbability>> Read(LanguageModel model, string prompt, int count)
    {
        var decoder = model.RequireDecoder("The logit lens");
        var text = model.Tokenize(model.WithPreamble(prompt));
        model.CheckLength(text.Ids.Count);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        Site[] sites = [.. Enumerable.Range(0, model.Shape.Layers).Select(Site.BlockOut)];
        using var trace = model.Trace().Capture(sites);
        var ids_1N = tensor(text.Ids.Select(id => (long)id).ToArray(), 1, text.Ids.Count, device: model.Device);
        var mask_1N = ones_like(ids_1N, dtype: ScalarType.Bool);
        var pass = AttentionScope.Causal(mask_1N, text.Ids.Count).EndingAt(AttentionScope.LastTokens(mask_1N));
        decoder.Blocks(decoder.Embed(ids_1N, pass.Positions), pass);
        return
        [
            .. sites.Select(site =>
            {
                using var layer = NewDisposeScope();
                var logits_V = decoder.Unembed(trace[site].narrow(1, text.Ids.Count - 1, 1))[0][0].to(float32);
                model.RequireNumbers(logits_V);
                return LikelyTokens.Of(model, nn.functional.softmax(logits_V, 0), count);
            }),
        ];
    }
}
