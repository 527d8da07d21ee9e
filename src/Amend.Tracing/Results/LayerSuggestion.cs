using System.Globalization;
using Amend.Tensors;

namespace Amend.Tracing.Results;

/// <summary>
/// The layer to edit. The rule: the centre of the window of MLPs whose restoration at the subject's last token has the greatest
/// average indirect effect. Meng et al. 2022 edit there (section 3; layer 17 of GPT-2 XL, the peak of figure 2b), and MEMIT's range of
/// layers is read from the same curve (Meng et al. 2023, section 4.1).
/// </summary>
/// <param name="Layer">The layer; of several with the same effect the first.</param>
/// <param name="Effect">Its average indirect effect.</param>
/// <param name="Close">Layers whose effect is within the peak's 95 % interval, the peak among them.</param>
/// <param name="Window">The window.</param>
public sealed record LayerSuggestion(int Layer, MeanInterval Effect, IReadOnlyList<int> Close, int Window)
{
    /// <summary>The suggestion of averaged traces.</summary>
    /// <exception cref="AmendException">They have no map of MLP windows.</exception>
    public static LayerSuggestion Of(AverageEffects averages)
    {
        var curve = averages.Curve(TraceKind.Mlp, TokenBucket.SubjectLast)
            ?? throw new AmendException(
                $"No layer can be suggested from {string.Join(", ", averages.Curves.Select(c => c.Kind).Distinct())}; "
                + $"trace the kind {TraceKind.Mlp}.");
        var peak = Enumerable.Range(0, curve.Layers.Count).MaxBy(layer => curve.Layers[layer].Mean);
        var effect = curve.Layers[peak];
        var least = effect.Mean - (effect.HalfWidth ?? 0);
        var close = Enumerable.Range(0, curve.Layers.Count).Where(layer => curve.Layers[layer].Mean >= least);
        return new LayerSuggestion(peak, effect, [.. close], curve.Window ?? 1);
    }

    /// <summary>Why this layer, in one sentence.</summary>
    public string Explain()
    {
        var interval = Effect.HalfWidth is { } half ? $" ± {Percent(half)}" : "";
        var others = Close.Count > 1 ? $" (layers {string.Join(", ", Close)} are within its interval)" : "";
        var what = Window > 1 ? $"the MLPs in a window of {Window} around it" : "its MLP";
        return $"Layer {Layer}: restoring {what} at the subject's last token brings back most, {Percent(Effect.Mean)}{interval} points "
            + $"of probability over {Effect.Count} facts{others}.";
    }

    private static string Percent(double value) => (100 * value).ToString("F1", CultureInfo.InvariantCulture);
}
