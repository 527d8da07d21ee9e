using Amend.Atlas.Tour;

namespace Amend.Cli.Rendering;

/// <summary>The tour as text.</summary>
internal static class DemoView
{
    /// <summary>Prints what the tour did and saw.</summary>
    /// <param name="name">The model, as it was named.</param>
    /// <param name="report">What it saw.</param>
    public static void Print(string name, DemoReport report)
    {
        var (prompt, target) = (report.Check.Prompt, report.Request.TargetNew);
        Terminal.Line($"{report.Model} is asked: \"{prompt.Prompt}\"");
        Terminal.Line($"It says: {prompt.AnswerBefore}");
        if (report.Choice is { } choice)
            PrintChoice(name, choice, report);
        Terminal.Line(
            $"One matrix is edited with ROME at layer {report.Record.Layers[0]}, so that it says {target} "
            + $"({report.Record.Losses.Count} steps, {report.Record.Seconds:F1} s).");
        Terminal.Line($"It says: {prompt.AnswerAfter}");
        CheckView.Print(report.Check, target);
        Terminal.Heading("Taken back");
        Terminal.Line($"weights before  {report.BaseHash}");
        Terminal.Line($"weights edited  {report.EditedHash}");
        Terminal.Line($"weights after   {report.RevertedHash}");
        Terminal.Line(report.RevertedHashEqual
            ? "The weights are the ones from before, bit for bit."
            : "THE WEIGHTS DIFFER from the ones before.");
        Terminal.Line($"\nThe tour took {report.Seconds:F1} s. Next: amend ask {name} \"The capital of France is\"");
    }

    private static void PrintChoice(string name, TourChoice choice, DemoReport report)
    {
        var layer = report.Record.Layers[0];
        Terminal.Line(choice.Asked == 1
            ? $"This is the first of {choice.Facts} well-known facts, and the model answers it rightly, as it does those beside it."
            : $"This is fact {choice.Asked} of {choice.Facts} well-known ones, the first that the model answers rightly, "
                + "as it does those beside it.");
        Terminal.Line(choice.Layers.Source switch
        {
            TourLayerSource.Preset => $"Layer {layer} is that of ROME's preset for a model of this family and size.",
            TourLayerSource.Chosen => $"Layer {layer} was chosen for these weights with amend trace.",
            _ => TriedAt(layer, choice.Layers.Layers, report.Succeeded),
        });
        Terminal.Line(report.Record.Statistics.All(note => note.IsIdentity)
            ? $"There are no statistics of layer {layer}, so the identity stands in for them, and no key of any text is protected "
                + $"(collect some: amend stats {name} --layer {layer} --text FILE)."
            : $"Statistics: {StatisticsView.Describe(report.Record.Statistics)}.");
    }

    private static string TriedAt(int layer, IReadOnlyList<int> layers, bool held)
    {
        const string NoPreset = "There is no preset for a model of this family and size";
        if (held && layer == layers[0])
            return $"{NoPreset}; layer {layer}, a fifth of the way up, was tried first, and there the edit holds.";
        var tried = string.Join(", ", held ? layers.TakeWhile(one => one != layer).Append(layer) : layers);
        return $"{NoPreset}. Layers {tried} were tried in turn: "
            + (held ? $"at {layer} the edit holds." : $"at none of them the edit holds in full, and best at {layer}.");
    }
}
