using System.Globalization;
using Amend.Editing.Comparison;
using Amend.Models.Scoring;
using Amend.Reports.Charts;
using Amend.Reports.Pages;
using Amend.Reports.Plots;

namespace Amend.Reports.Comparison;

/// <summary>In what two states of a model differ, as a page that needs nothing else.</summary>
public static class DiffPage
{
    private const int MostBars = 24;

    /// <summary>The page.</summary>
    public static HtmlPage Of(StateDiff diff)
    {
        var page = new HtmlPage($"{diff.A.Name} and {diff.B.Name}", $"Two states of {diff.Model}");
        page.Facts(
        [
            ($"A: {diff.A.Name}", Edits(diff.A)),
            ($"B: {diff.B.Name}", Edits(diff.B)),
            ("Prompts answered otherwise", $"{diff.Differing} of {diff.Prompts.Count}"),
            .. diff.Texts is { } texts
                ? new[]
                {
                    ("KL(A ‖ B), nats a place", Number(texts.Kl)),
                    ("Another outcome is likeliest", $"{Percent(texts.TopDiffers)} of {texts.Places} places"),
                }
                : [],
            ("Weights that differ", $"{diff.Weights.Count}"),
        ]);
        WritePrompts(page, diff.Prompts);
        if (diff.Texts is { Furthest.Count: > 0 } apart)
            WriteTexts(page, apart);
        if (diff.Weights.Count > 0)
            WriteWeights(page, diff.Weights);
        if (diff.Adaptors.Count > 0)
            WriteAdaptors(page, diff.Adaptors);
        return page;
    }

    private static void WritePrompts(HtmlPage page, IReadOnlyList<ComparedAnswer> prompts)
    {
        var (differing, same) = (prompts.Where(prompt => prompt.Differs).ToList(), prompts.Where(prompt => !prompt.Differs).ToList());
        page.Heading("Answers");
        if (differing.Count > 0)
            page.Table(Answers(differing));
        else
            page.Paragraph(prompts.Count == 0 ? "No prompt was asked." : "Every prompt is answered alike.");
        if (same.Count > 0)
            page.Fold($"{same.Count} answered alike", open: false, inner => inner.Table(Answers(same)));
    }

    private static PageTable Answers(IReadOnlyList<ComparedAnswer> prompts) => new(
        [new("Prompt"), new("Kind"), new("A"), new("B")],
        [
            .. prompts.Select(prompt => (IReadOnlyList<PageCell>)
                [prompt.Prompt, prompt.Kind.ToString().ToLowerInvariant(), prompt.A, new PageCell(prompt.B) { Strong = prompt.Differs }]),
        ]);

    private static void WriteTexts(HtmlPage page, Divergence texts)
    {
        page.Heading("Where they are furthest apart on the text");
        page.Table(new PageTable(
            [new("Behind"), new("KL, nats") { Numbers = true }, new("A expects"), new("B expects")],
            [
                .. texts.Furthest.Select(place => (IReadOnlyList<PageCell>)
                    [place.Text, Number(place.Kl), $"“{place.TopA}”", $"“{place.TopB}”"]),
            ]));
    }

    private static void WriteWeights(HtmlPage page, IReadOnlyList<WeightDifference> weights)
    {
        page.Heading("Weights");
        if (weights.Count > 1)
            page.Figures([Bars(weights)]);
        page.Table(new PageTable(
            [
                new("Weight"),
                new("Shape"),
                new("Norm") { Numbers = true, Note = "‖ΔW‖" },
                new("Of the weight, %") { Numbers = true, Note = "‖ΔW‖ / ‖W₀‖" },
                new("Rank") { Numbers = true, Note = "above rounding" },
                new("First direction, %") { Numbers = true, Note = "of ‖ΔW‖²" },
                new("Of all, %") { Numbers = true, Note = "of Σ ‖ΔW‖²" },
            ],
            [.. weights.Select(Row)]));
    }

    private static IReadOnlyList<PageCell> Row(WeightDifference weight) =>
    [
        weight.Weight,
        string.Join("\u00a0×\u00a0", weight.Shape),
        weight.Norm.ToString("F4", CultureInfo.InvariantCulture),
        (100 * weight.Relative).ToString("F3", CultureInfo.InvariantCulture),
        weight.Rank?.ToString(CultureInfo.InvariantCulture) ?? "",
        weight.FirstShare is { } first ? (100 * first).ToString("F1", CultureInfo.InvariantCulture) : "",
        (100 * weight.Share).ToString("F1", CultureInfo.InvariantCulture),
    ];

    /// <summary>The largest differences in the order of the model, by what their names do not share.</summary>
    private static PageFigure Bars(IReadOnlyList<WeightDifference> weights)
    {
        var least = weights.Select(weight => weight.Relative).OrderDescending().Take(MostBars).Last();
        WeightDifference[] drawn = [.. weights.Where(weight => weight.Relative >= least).Take(MostBars)];
        var shared = SharedOf([.. drawn.Select(weight => weight.Weight)]);
        var picture = new BarChart
        {
            Description = "Norm of the difference of each weight in per cent of the weight's own",
            Most = double.PositiveInfinity,
            Groups = [.. drawn.Select(weight => new BarGroup(weight.Weight[shared.Length..], [Bar(100 * weight.Relative)]))],
        };
        return new PageFigure("Norm of the difference, % of the weight", picture.Draw())
        {
            Note = (shared.Length > 0 ? $"below {shared.TrimEnd('.')}" : "")
                + (drawn.Length < weights.Count ? $"; the {drawn.Length} largest of {weights.Count}" : ""),
        };
    }

    /// <summary>The parts between dots that names begin with, all of them alike, with the dot behind them.</summary>
    private static string SharedOf(string[] names)
    {
        var least = names.Min(name => name.Length);
        var same = Enumerable.Range(0, least).TakeWhile(at => names.All(name => name[at] == names[0][at])).Count();
        return names[0][..(names[0].LastIndexOf('.', Math.Max(0, same - 1)) + 1)];
    }

    private static Bar Bar(double value) =>
        new(double.IsFinite(value) ? value : double.NaN, double.NaN, double.NaN, Number(value), PlotTheme.SeriesAt(0));

    private static void WriteAdaptors(HtmlPage page, IReadOnlyList<AdaptorDifference> adaptors)
    {
        page.Heading("At layers and in front of prompts");
        page.Paragraph("These change no weight.");
        page.Table(new PageTable(
            [new("At"), new("Kind"), new("Entries in A") { Numbers = true }, new("In B") { Numbers = true }],
            [
                .. adaptors.Select(adaptor => (IReadOnlyList<PageCell>)
                    [adaptor.Weight, adaptor.Kind.Replace('_', ' '), $"{adaptor.EntriesA}", $"{adaptor.EntriesB}"]),
            ]));
    }

    private static string Edits(ComparedState state) => state.Edits.Count == 0 ? "no edits" : string.Join(", ", state.Edits);

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
