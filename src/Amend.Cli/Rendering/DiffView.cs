using System.Globalization;
using Amend.Editing.Comparison;
using Amend.Models.Scoring;

namespace Amend.Cli.Rendering;

/// <summary>In what two states differ, for people.</summary>
internal static class DiffView
{
    private const int MostPrompts = 40;
    private const int MostWeights = 40;
    private const int MostNamed = 3;

    /// <summary>Prints it.</summary>
    public static void Print(StateDiff diff)
    {
        var states = Terminal.List();
        states.Row("A", Describe(diff.A));
        states.Row("B", Describe(diff.B));
        Terminal.Write(states);
        Print(diff.Prompts);
        if (diff.Texts is { } texts)
            Print(texts);
        Print(diff.Weights);
        if (diff.Adaptors.Count > 0)
            Print(diff.Adaptors);
    }

    private static string Describe(ComparedState state)
    {
        var named = string.Join(", ", state.Edits.Take(MostNamed)) + (state.Edits.Count > MostNamed ? ", ..." : "");
        return $"{state.Name}: {Terminal.Count(state.Edits.Count, "edit")}{(named.Length > 0 ? $" ({named})" : "")}";
    }

    private static void Print(IReadOnlyList<ComparedAnswer> prompts)
    {
        ComparedAnswer[] differing = [.. prompts.Where(prompt => prompt.Differs)];
        Terminal.Line(prompts.Count == 0
            ? "No prompt was asked."
            : $"Answered otherwise: {differing.Length} of {Terminal.Count(prompts.Count, "prompt")}.");
        if (differing.Length == 0)
            return;
        var table = Terminal.Table("prompt", "kind", "answer in A", "in B");
        foreach (var prompt in differing.Take(MostPrompts))
            table.Row(prompt.Prompt, $"{prompt.Kind}".ToLowerInvariant(), prompt.A, prompt.B);
        Terminal.Write(table);
        Terminal.More(differing.Length - MostPrompts);
    }

    private static void Print(Divergence texts)
    {
        Terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"KL(A || B) is {texts.Kl:G4} nats over {Terminal.Count(texts.Places, "place")} of text; another token or label is the "
            + $"likeliest at {100 * texts.TopDiffers:F1} %."));
        if (texts.Furthest.Count == 0)
            return;
        var table = Terminal.Table("furthest apart behind", "KL, nats", "likeliest in A", "in B").Numbers(1);
        foreach (var place in texts.Furthest)
            table.Row(place.Text.ReplaceLineEndings(" "), Number(place.Kl), $"\"{place.TopA}\"", $"\"{place.TopB}\"");
        Terminal.Write(table);
    }

    private static void Print(IReadOnlyList<WeightDifference> weights)
    {
        Terminal.Line(weights.Count switch { 0 => "No weight differs.", 1 => "1 weight differs.", var more => $"{more} weights differ." });
        if (weights.Count == 0)
            return;
        var table = new ChangeTable("of all");
        foreach (var weight in weights.Take(MostWeights))
            table.Row(weight.Weight, weight.Shape, weight.Norm, weight.Relative, weight.Rank, weight.Share);
        table.Print();
        Terminal.More(weights.Count - MostWeights);
    }

    private static void Print(IReadOnlyList<AdaptorDifference> adaptors)
    {
        Terminal.Line("What stands at layers and changes no weight:");
        var table = Terminal.Table("kind", "at", "entries in A", "in B").Numbers(2, 3);
        foreach (var adaptor in adaptors)
            table.Row(adaptor.Kind, adaptor.Weight, $"{adaptor.EntriesA}", $"{adaptor.EntriesB}");
        Terminal.Write(table);
    }

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
