using System.Globalization;
using Amend.Reports.Charts;
using Amend.Reports.Plots;
using Amend.Tracing;
using Amend.Tracing.Results;

namespace Amend.Reports.Tracing;

/// <summary>Traces as pictures, in the form of Meng et al. 2022: heat maps of a fact (figure 1), lines of averages (figure 2).</summary>
public static class TraceFigures
{
    private const double LeastRange = 1e-9;

    /// <summary>The paper's: purple for states, green for MLPs, red for attention.</summary>
    private static readonly Dictionary<TraceKind, PlotColor> Colors = new()
    {
        [TraceKind.Mlp] = PlotTheme.Series[2],
        [TraceKind.Attention] = PlotTheme.Series[1],
    };

    /// <summary>A fact's map: tokens down, layers across, subject tokens marked with an asterisk.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="map">One of its maps.</param>
    /// <param name="titled">Whether the picture carries its title, as one that stands alone must.</param>
    public static PlotPicture HeatMap(FactTrace trace, EffectMap map, bool titled = true)
    {
        var scores = map.Scores.SelectMany(row => row).ToList();
        var low = Math.Min(trace.CorruptedProbability, scores.Min());
        return new HeatMapChart
        {
            Description = $"Probability of '{trace.Answer}' after '{trace.Prompt}' with {Restored(map)} at each token and layer; "
                + $"clean {Percent(trace.CleanProbability)}, corrupted {Percent(trace.CorruptedProbability)}, "
                + $"greatest restored {Percent(scores.Max())}.",
            Title = titled ? [Title(map), $"{trace.Model}, noise {Noise(trace)}", Probabilities(trace)] : [],
            Rows = [.. trace.Tokens.Select((_, token) => TokenLabel(trace, token))],
            Values = map.Scores,
            XTitle = map.Window is > 1 and var window ? $"centre of the window of {window} restored layers" : "restored layer",
            ValueTitle = $"p({Shown(trace.Answer)})",
            Low = low,
            High = Math.Max(scores.Max(), low + LeastRange),
            Color = Colors.GetValueOrDefault(TraceKind.Find(map.Kind), PlotTheme.Series[3]),
            Hover = (token, layer) =>
                $"{TokenLabel(trace, token)}, layer {layer}: p {Percent(map.Scores[token][layer])}, "
                + $"effect {Signed(trace.IndirectEffect(map, token, layer))} points",
        }.Draw();
    }

    /// <summary>Average indirect effects of a kind by layer, a line for each bucket of tokens, with 95 % bands.</summary>
    /// <param name="averages">The averages.</param>
    /// <param name="kind">The kind's name.</param>
    /// <param name="model">The model's name; for a picture that stands alone.</param>
    public static PlotPicture Curves(AverageEffects averages, string kind, string? model = null)
    {
        EffectCurve[] curves = [.. averages.Curves.Where(curve => curve.Kind == kind)];
        var window = curves[0].Window is > 1 and var size ? $", window of {size}" : "";
        var what = $"{TraceKind.Find(kind).Title}{window}";
        return new LineChart
        {
            Description = $"Average indirect effect by layer, {what}: {string.Join("; ", curves.Select(Peak))}.",
            Title = model is null ? "" : $"{model}: {what}, {averages.Facts} facts",
            XTitle = "layer",
            YTitle = "average indirect effect, points",
            Series =
            [
                .. curves.Select(curve => new LineSeries(
                    TokenBuckets.Title(curve.Bucket),
                    [.. curve.Layers.Select(layer => 100 * layer.Mean)],
                    [.. curve.Layers.Select(layer => 100 * layer.HalfWidth ?? double.NaN)],
                    PlotTheme.SeriesAt((int)curve.Bucket))),
            ],
        }.Draw();
    }

    /// <summary>A token as a row's name: its text, marked with an asterisk where it is the subject's.</summary>
    public static string TokenLabel(FactTrace trace, int token)
    {
        var text = Shown(trace.Tokens[token]);
        return token >= trace.SubjectStart && token < trace.SubjectEnd ? $"{text}*" : text;
    }

    internal static string Percent(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    internal static string Noise(FactTrace trace) => string.Create(
        CultureInfo.InvariantCulture,
        $"{trace.Noise.Rule} = {trace.Noise.Level:0.000}{(trace.Noise.Rule.Replace ? " in the embeddings' place" : "")}, "
            + $"{trace.Samples} samples");

    /// <summary>What a map restores: the kind and its window.</summary>
    public static string Heading(EffectMap map) =>
        map.Window is > 1 and var window ? $"{TraceKind.Find(map.Kind).Title}, window of {window}" : TraceKind.Find(map.Kind).Title;

    private static string Title(EffectMap map)
    {
        var title = TraceKind.Find(map.Kind).Title;
        return $"{title[..1].ToUpperInvariant()}{title[1..]} restored after corrupted "
            + $"input{(map.Window is > 1 and var window ? $", window of {window}" : "")}";
    }

    private static string Probabilities(FactTrace trace) =>
        $"p({Shown(trace.Answer)}): clean {Percent(trace.CleanProbability)}, corrupted {Percent(trace.CorruptedProbability)}";

    private static string Restored(EffectMap map) =>
        map.Window is > 1 and var window
        ? $"{window} {TraceKind.Find(map.Kind).Title} outputs restored"
        : $"the {TraceKind.Find(map.Kind).Title} restored";

    private static string Peak(EffectCurve curve)
    {
        var layer = Enumerable.Range(0, curve.Layers.Count).MaxBy(at => curve.Layers[at].Mean);
        return $"{TokenBuckets.Title(curve.Bucket)} greatest at layer {layer}, {Signed(curve.Layers[layer].Mean)}";
    }

    private static string Signed(double value) => (100 * value).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>A text that can be seen: no spaces around it, none of it invisible.</summary>
    private static string Shown(string text)
    {
        var trimmed = text.Trim(' ');
        return trimmed.Length == 0 ? "␣" : trimmed.ReplaceLineEndings("⏎").Replace('\t', ' ');
    }
}
