using System.Globalization;
using Amend.Editing.Statistics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Reports.Pages;

namespace Amend.Reports.Evaluation;

/// <summary>A report from top to bottom, the same in HTML and in Markdown.</summary>
public static class EvalPage
{
    private const int HashDigits = 12;

    /// <summary>The report's title.</summary>
    public static string TitleOf(EvalReport report) => $"{report.Suite} on {report.Model}";

    /// <summary>Writes the report.</summary>
    public static void Write(IPage page, EvalReport report)
    {
        page.Paragraph(
            $"{Editors(report)}, {Cases(report)}, protocol {report.Protocol}. Figures stand with their 95 % intervals; "
            + "the best editor of a column is in bold, and the unedited model does not compete.");
        if (!report.Finished)
            page.Warning("This run was stopped before all cases were measured: its figures are of the cases until then.");
        if (report.Run.Statistics == IdentityStatistics.Asked)
            page.Warning(
                "The identity was asked for instead of the second moment of the keys (--stats identity): "
                + "editors that use statistics protected no key of any text.");
        foreach (var guard in report.Guards.Where(guard => guard.Stopped))
            page.Warning(
                $"{guard.Editor} was stopped by the guard at case {Number(guard.Breaches[^1].Place + 1)}: {guard.Breaches[^1].Reason}. "
                + "Its figures are of the cases before.");
        if (report.SkippedRecords > 0)
            page.Warning($"{report.SkippedRecords} broken records of the data set were passed over.");
        foreach (var notice in report.Notices)
            page.Warning(notice);
        var empty = report.Metrics.Where(metric => report.IsEmpty(metric)).ToList();
        report = report with { Metrics = [.. report.Metrics.Except(empty)] };
        foreach (var moment in report.MainMoments)
            Figures(page, report, moment);
        if (report.IsStream)
            Course(page, report);
        if (empty.Count > 0)
            page.Note($"No case has what these need: {string.Join(", ", empty.Select(metric => metric.Id))}.");
        Worst(page, report);
        Guard(page, report);
        page.Heading("What the columns mean");
        page.Paragraph(
            "Teacher-forced: every place of the target sees the true tokens before it. Free: the model writes, "
            + "and what it wrote is compared. Figures of different decodings or moments must not be compared.");
        page.Table(EvalTables.Definitions(report));
        page.Heading("Times");
        page.Table(EvalTables.Times(report));
        page.Note(
            "Wall time in seconds with shares of the total, of the whole row. Reading the cases and asking the unedited model, "
            + $"once for all rows, took {ReportText.Number(report.SharedSeconds.Total)} s. Measured on {Machine(report)}.");
        page.Heading("Settings");
        Run(page, report);
        page.Table(EvalTables.Settings(report));
    }

    private static void Figures(IPage page, EvalReport report, Moment moment)
    {
        page.Heading($"Measured {moment.Name}");
        var paper = PaperLayout.Of(report);
        if (paper.Count > 0)
            page.Table(EvalTables.Figures(report, moment, paper));
        var sides = PaperLayout.SideBySide.Select(side => side.In(report))
            .SelectMany(side => side.TeacherForced.Concat(side.Free))
            .ToList();
        ReportMetric[] others = [.. report.Metrics.Except(paper).Except(sides)];
        if (others.Length > 0)
            page.Table(EvalTables.Transposed(report, moment, others));
        page.Figures([.. EvalFigures.Bars(report, moment), .. EvalFigures.Tradeoffs(report, moment)]);
        Logits(page, report, moment);
        if (sides.Count == 0)
            return;
        page.Heading($"Teacher-forced and freely generated, {moment.Name}");
        page.Table(EvalTables.Transposed(report, moment, sides));
        page.Figures(EvalFigures.SideBySide(report, moment));
    }

    private static void Course(IPage page, EvalReport report)
    {
        page.Heading("The course of the stream");
        page.Paragraph(
            "An item is edited only where the model is wrong about it, with the edits that it has then. ES is of each item right after "
            + "its own edit; ERR, TRR and the others are of the model as it is after so many edits. The unedited model's line is what "
            + "others start from.");
        page.Table(EvalTables.Course(report));
        page.Figures(StreamFigures.Of(report));
    }

    private static void Logits(IPage page, EvalReport report, Moment moment)
    {
        LogitShifts[] panels = [.. report.Logits.Where(panel => panel.When == moment)];
        if (panels.Length == 0)
            return;
        page.Heading($"Logits before and after an edit, {moment.Name}");
        page.Paragraph(
            $"Each point is a text: its logit in the unedited model across, in the edited one up; above 0 it is predicted to be "
            + $"{panels[0].Label}. What lies on the diagonal did not move, and in the shaded quarters the prediction is another one "
            + "(De Cao et al. 2021).");
        page.Figures([.. panels.Select(panel => LogitFigures.Panel(panel, panels))]);
    }

    private static void Worst(IPage page, EvalReport report)
    {
        if (report.WorstCases.Count == 0)
            return;
        page.Heading("Worst cases");
        page.Paragraph(
            "Lowest mean of ES, PS and NS of the case first (of teacher-forced exact match and agreement where the data have no second "
            + "candidate), then the lowest mean margin P[wanted] - P[rival] of its prompts. Shown are the edited prompt, "
            + "and the prompt with the least margin where it is another. An answer in quotes was written freely; "
            + "else the candidates stand with their probabilities a token, the preferred one first.");
        foreach (var worst in report.WorstCases)
            page.Fold(
                $"{worst.Editor}, {worst.When.Name}", open: worst == report.WorstCases[0], inside => inside.Table(EvalTables.Worst(worst)));
    }

    private static void Guard(IPage page, EvalReport report)
    {
        if (report.Guards.Count == 0)
            return;
        page.Heading("Guard");
        page.Paragraph(
            "What was measured after each write (docs/guides/guard-edits.md); the extremes of the writes that stayed. "
            + "A write outside a limit was taken back, and its cases were measured without it or, where the row was stopped, not at all.");
        page.Table(EvalTables.Guards(report));
        foreach (var guard in report.Guards.Where(guard => guard.Breaches.Count > 0))
            page.Fold($"{guard.Editor}: writes that were taken back", open: false, inside => inside.Table(EvalTables.Breaches(guard)));
    }

    private static void Run(IPage page, EvalReport report)
    {
        var run = report.Run;
        page.Facts(
        [
            ("Data set", run.Suite),
            ("Data set's hash", Short(run.SuiteHash)),
            ("Model", $"{run.Model} ({run.ModelType})"),
            ("Model's hash", Short(run.ModelHash)),
            ("Protocol", Protocol(run)),
            ("Seed", Number(run.Seed)),
            ("Statistics", run.Statistics ?? "the model's own, where an editor uses any"),
            (
                "Cases asked for",
                run.Cases is { } most
                ? $"{Number(most)}, after the first {Number(run.Offset)}"
                : $"all, after the first {Number(run.Offset)}"),
            ("Broken records", run.SkipBad ? $"passed over: {Number(report.SkippedRecords)}" : "refused"),
            ("Library", run.LibraryVersion),
            ("Machine", Machine(report)),
        ]);
    }

    private static string Protocol(RunDescription run) => run.Stream is { } stream
        ? $"{run.Protocol}, measured every {Number(stream.MeasureEvery)} edits, upstream {Short(stream.UpstreamHash)}"
            + (stream.HoldoutHash is { } holdout ? $", holdout {Short(holdout)}" : "")
            + (stream.MostEdits is { } most ? $", at most {Number(most)} edits" : "")
        : run.BatchSize > 1 ? $"{run.Protocol}, {run.BatchSize} a batch" : run.Protocol;

    private static string Editors(EvalReport report)
    {
        var names = report.Run.Rows.Count;
        return names == 1 ? "One row" : $"{names} rows";
    }

    private static string Cases(EvalReport report)
    {
        int[] counts = [.. report.MainMoments.SelectMany(report.RowsAt).Select(row => row.Cases).Distinct().Order()];
        return counts switch
        {
            [] => "no cases",
            [var all] => $"{Number(all)} cases each",
            _ => $"{Number(counts[0])} to {Number(counts[^1])} cases each",
        };
    }

    private static string Machine(EvalReport report) =>
        $"{report.Run.Machine.Processor}, {report.Run.Machine.Threads} threads, {report.Run.Machine.Device}, {report.Run.Machine.System}";

    private static string Short(string hash) => hash.Length > HashDigits ? hash[..HashDigits] : hash;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
