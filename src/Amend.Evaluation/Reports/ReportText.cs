using System.Globalization;
using System.Text.Json.Nodes;
using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Reports;

/// <summary>How reports write numbers and names, the same in all forms.</summary>
public static class ReportText
{
    private const string Nothing = "–";

    /// <summary>One decimal, as papers print; a dash where there is no number.</summary>
    public static string Number(double value, string form = "0.0") =>
        double.IsFinite(value) ? Signed(value.ToString(form, CultureInfo.InvariantCulture)) : Nothing;

    /// <summary>A number of bytes in thousands of them; a dash where there is none.</summary>
    public static string Kilobytes(long? bytes) => Number(bytes / 1e3 ?? double.NaN);

    /// <summary>A difference of two figures, with its sign.</summary>
    public static string Difference(double value) =>
        double.IsFinite(value) ? Signed(value.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)) : Nothing;

    /// <summary>The interval of a figure: half its width where it is ± 1.96 σ / √n, its ends where it is by bootstrap.</summary>
    public static string Interval(MetricFigure figure) =>
        !double.IsFinite(figure.Low + figure.High) ? ""
        : figure.Interval == IntervalKind.Normal ? $"± {Number((figure.High - figure.Low) / 2)}"
        : $"{Number(figure.Low)}–{Number(figure.High)}";

    /// <summary>A probability in per cent.</summary>
    public static string Percent(double probability) => Number(100 * probability) + "\u00a0%";

    /// <summary>How an answer was got.</summary>
    public static string Name(Decoding decoding) => decoding switch
    {
        Decoding.TeacherForced => "teacher-forced",
        Decoding.Greedy => "free, greedy",
        _ => "free, sampled",
    };

    /// <summary>How an interval came about.</summary>
    public static string Name(MetricAggregation aggregation) => aggregation switch
    {
        MetricAggregation.Mean => "mean; ± 1.96 σ / √n, or low–high by bootstrap over cases where that would leave the range",
        MetricAggregation.HarmonicMean => "harmonic mean; low–high by bootstrap over cases",
        MetricAggregation.MeanOfFigures => "mean of figures; low–high by bootstrap over cases",
        _ => "from means over cases; low–high by bootstrap over cases",
    };

    /// <summary>What a prompt is for.</summary>
    public static string Name(PromptKind kind) => kind switch
    {
        PromptKind.Rewrite => "edited prompt",
        PromptKind.Paraphrase => "paraphrase",
        PromptKind.Portability => "consequence",
        _ => "neighbor",
    };

    /// <summary>Settings on one line.</summary>
    public static string Settings(JsonObject settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Key} = {setting.Value?.ToJsonString() ?? "null"}"));

    /// <summary>What a model said: its greedy answer, or else which candidate it prefers.</summary>
    public static string Answer(ReportedAnswer? said, string wanted, string? rival)
    {
        if (said is null)
            return Nothing;
        if (said.Generated is { } written)
            return $"“{written}”";
        var first = $"{wanted} {Percent(said.WantedProbability)}";
        if (rival is null || said.RivalProbability is not { } other)
            return first;
        var second = $"{rival} {Percent(other)}";
        return said.WantedProbability > other ? $"{first}, {second}" : $"{second}, {first}";
    }

    /// <summary>With a true minus, and with no sign at what was rounded to zero.</summary>
    private static string Signed(string number) =>
        number.Trim('-', '+', '0', '.').Length == 0 ? number.TrimStart('-', '+') : number.Replace('-', '−');
}
