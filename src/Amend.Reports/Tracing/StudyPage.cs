using System.Globalization;
using Amend.Reports.Pages;
using Amend.Tracing;
using Amend.Tracing.Results;
using Amend.Tracing.Studies;

namespace Amend.Reports.Tracing;

/// <summary>The averages of a study as a page that needs nothing else.</summary>
public static class StudyPage
{
    private const int MostFacts = 40;

    /// <summary>The page.</summary>
    public static HtmlPage Of(StudyResult study, AverageEffects? averages, LayerSuggestion? suggestion)
    {
        var (run, traces) = (study.Description, study.Traces);
        var page = new HtmlPage($"Where {run.Model} recalls facts", "Causal tracing");
        page.Paragraph(
            $"{traces.Count} facts were traced; {study.Skipped} were passed over, "
            + "because the model does not answer them rightly or their prompt does not hold its subject once.");
        if (!study.Finished)
            page.Warning("This study was stopped before all facts were traced; the same command goes on with it.");
        if (averages is null)
            return page;
        page.Paragraph(
            $"Average total effect {Points(averages.TotalEffect)} points: clean {Points(averages.CleanProbability)} %, "
            + $"corrupted {Points(averages.CorruptedProbability)} %, with 95 % intervals.");
        if (suggestion is not null)
            page.Paragraph(suggestion.Explain());
        page.Heading("Average indirect effects");
        page.Figures(
        [
            .. averages.Curves.Select(curve => curve.Kind).Distinct().Select(kind =>
                new PageFigure(Title(averages, kind), TraceFigures.Curves(averages, kind)) { Note = "bands are 95 % intervals" }),
        ]);
        page.Table(Peaks(averages));
        page.Heading("Facts");
        page.Table(Facts(traces));
        if (traces.Count > MostFacts)
            page.Note($"The {MostFacts} facts of the greatest total effect; every fact has its page and its JSON in the folder facts.");
        page.Heading("Settings");
        page.Facts(
        [
            ("Model", run.Model),
            ("Noise", string.Create(CultureInfo.InvariantCulture, $"{run.Noise.Rule} = {run.Noise.Level:0.000}")),
            ("Samples", run.Samples.ToString(CultureInfo.InvariantCulture)),
            ("Seed", run.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Window", run.Window.ToString(CultureInfo.InvariantCulture)),
            ("Severed modules", run.Replicate ? "two draws of noise, as the authors' code" : "the same noise in both passes"),
        ]);
        return page;
    }

    private static PageTable Peaks(AverageEffects averages) => new(
        [
            new PageColumn("restored"),
            new PageColumn("tokens"),
            new PageColumn("layer") { Numbers = true, Note = "of the greatest effect" },
            new PageColumn("effect, points") { Numbers = true },
            new PageColumn("facts") { Numbers = true },
        ],
        [
            .. from curve in averages.Curves
               let layer = Enumerable.Range(0, curve.Layers.Count).MaxBy(at => curve.Layers[at].Mean)
               select (IReadOnlyList<PageCell>)[
                   TraceKind.Find(curve.Kind).Title,
                   TokenBuckets.Title(curve.Bucket),
                   $"{layer}",
                   Points(curve.Layers[layer]),
                   $"{curve.Layers[layer].Count}"
               ],
        ]);

    private static PageTable Facts(IReadOnlyList<FactTrace> traces) => new(
        [
            new PageColumn("prompt"),
            new PageColumn("answer"),
            new PageColumn("clean") { Numbers = true },
            new PageColumn("corrupted") { Numbers = true },
        ],
        [
            .. traces.OrderByDescending(trace => trace.TotalEffect).Take(MostFacts)
                .Select(
                    trace =>
                    (IReadOnlyList<PageCell>)[
                        trace.Prompt,
                        trace.Answer,
                        TraceFigures.Percent(trace.CleanProbability),
                        TraceFigures.Percent(trace.CorruptedProbability)
                    ]),
        ]);

    private static string Title(AverageEffects averages, string kind)
    {
        var curve = averages.Curves.First(one => one.Kind == kind);
        return TraceFigures.Heading(new EffectMap(kind, curve.Window, []));
    }

    private static string Points(MeanInterval interval) => string.Create(
        CultureInfo.InvariantCulture, $"{100 * interval.Mean:0.0}{(interval.HalfWidth is { } half ? $" ± {100 * half:0.0}" : "")}");
}
