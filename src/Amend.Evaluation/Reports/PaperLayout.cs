namespace Amend.Evaluation.Reports;

/// <summary>
/// Which metrics stand where, after the papers' tables (Meng et al. 2022, table 4: S, ES, EM, PS, PM, NS, NM, GE, RS; De Cao et al.
/// 2021, table 1). A metric that is not named here is reported under its id.
/// </summary>
internal static class PaperLayout
{
    private static readonly (string Id, string Heading)[] Table =
    [
        ("cf.s", "S"),
        ("cf.es", "ES"),
        ("cf.em", "EM"),
        ("cf.ps", "PS"),
        ("cf.pm", "PM"),
        ("cf.ns", "NS"),
        ("cf.nm", "NM"),
        ("stream.es", "ES"),
        ("stream.err", "ERR"),
        ("stream.trr", "TRR"),
        ("stream.mean", "Mean"),
        ("stream.holdout", "Holdout"),
        ("stream.arr", "ARR"),
        ("ke.success", "Success"),
        ("ke.retain", "Retain"),
        ("ke.equivalence", "Equiv."),
        ("ke.equivalence.target", "Equiv. to target"),
        ("ke.deterioration", "Deter."),
        ("ge", "GE"),
        ("rs", "RS"),
    ];

    /// <summary>The metrics that are drawn first of all.</summary>
    public static IReadOnlyList<string> Drawn { get; } =
    [
        "cf.s", "cf.es", "cf.ps", "cf.ns", "stream.es", "stream.err", "stream.trr", "stream.mean", "ke.success", "ke.retain",
        "ke.equivalence", "ge", "rs",
    ];

    /// <summary>Pairs of generalization and specificity.</summary>
    public static IReadOnlyList<(string Generalization, string Specificity)> Tradeoffs { get; } =
    [
        ("cf.ps", "cf.ns"),
        ("ke.equivalence", "ke.retain"),
        ("tf.token_acc.paraphrase", "loc.agree"),
        ("gen.exact.paraphrase", "loc.agree"),
    ];

    /// <summary>The same question to the same prompts, with the target given and written freely.</summary>
    public static IReadOnlyList<SideBySide> SideBySide { get; } =
    [
        new("the edited prompt", ["tf.token_acc", "tf.exact"], ["gen.exact", "gen.contains", "gen.f1_ids"]),
        new("paraphrases", ["tf.token_acc.paraphrase", "tf.exact.paraphrase"], ["gen.exact.paraphrase", "gen.contains.paraphrase"]),
    ];

    /// <summary>A metric's short name.</summary>
    public static string HeadingOf(string id) => Array.Find(Table, known => known.Id == id).Heading ?? id;

    /// <summary>The metrics of the papers' table that a report has, in its order.</summary>
    public static IReadOnlyList<ReportMetric> Of(EvalReport report) =>
        [.. Table.Select(known => report.Metrics.FirstOrDefault(metric => metric.Id == known.Id)).OfType<ReportMetric>()];
}

/// <summary>Metrics that ask the same of the same prompts in two ways.</summary>
/// <param name="Prompts">Which prompts.</param>
/// <param name="TeacherForced">Ids of those that give the target.</param>
/// <param name="Free">Ids of those that let the model write.</param>
internal sealed record SideBySide(string Prompts, IReadOnlyList<string> TeacherForced, IReadOnlyList<string> Free)
{
    /// <summary>Those that a report has; empty where it has none of one way.</summary>
    public (IReadOnlyList<ReportMetric> TeacherForced, IReadOnlyList<ReportMetric> Free) In(EvalReport report)
    {
        var (given, free) = (report.MetricsOf(TeacherForced), report.MetricsOf(Free));
        return given.Count > 0 && free.Count > 0 ? (given, free) : ([], []);
    }
}
