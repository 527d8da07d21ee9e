using Amend.Models.Inspection;

namespace Amend.Cli.Rendering;

/// <summary>What is in a model's folder, and what is wrong with it.</summary>
internal static class InspectionView
{
    /// <summary>Prints what was found.</summary>
    public static void Print(ModelSummary found)
    {
        var table = Terminal.List();
        table.Row("folder", found.Folder);
        table.Row("family", found.Family ?? "unknown");
        table.Row("weights", found.WeightFiles.Count == 0
            ? "none"
            : $"{string.Join(", ", found.WeightFiles)} ({found.Bytes / 1e6:N1} MB, {found.DType ?? "no"} values)");
        if (found.Shape is { } shape)
        {
            table.Row(
                "sizes",
                $"{found.Parameters:N0} parameters, {shape.Layers} layers, width {shape.Width}, {shape.Heads} heads, "
                + $"context {shape.ContextLength}");
        }

        table.Row("tokenizer", found.TokenizerSize is { } size ? $"{size:N0} pieces" : "none");
        table.Row("chat", found.HasChatTemplate ? "by its template" : "none");
        Terminal.Write(table);
        foreach (var note in found.Notes)
            Terminal.Line($"note: {note}");
        foreach (var problem in found.Problems)
            Terminal.Line($"wrong: {problem}");
        Terminal.Line(found.Problems.Count == 0 ? "Nothing is wrong with it." : $"{Terminal.Count(found.Problems.Count, "problem")}.");
    }
}
