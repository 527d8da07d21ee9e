using Amend.Models.Inspection;

namespace Amend.Cli.Rendering;

/// <summary>What is in a model's folder, and what is wrong with it.</summary>
internal static class InspectionView
{
    /// <summary>Prints what was found and returns the exit code: 2 where something is wrong.</summary>
    public static int Print(string model, ModelInspection found, bool json)
    {
        if (json)
        {
            Json.Print(new
            {
                Model = model,
                found.Folder,
                found.Family,
                found.Parameters,
                found.Shape,
                WeightFiles = found.WeightFiles.Select(Path.GetFileName),
                found.Bytes,
                Dtype = Type(found),
                found.TokenizerSize,
                found.HasChatTemplate,
                found.Problems,
                found.Notes,
            });
        }
        else
        {
            PrintText(found);
        }

        return found.Problems.Count == 0 ? ExitCode.Done : ExitCode.Data;
    }

    private static void PrintText(ModelInspection found)
    {
        var table = Terminal.List();
        table.Row("folder", found.Folder);
        table.Row("family", found.Family ?? "unknown");
        table.Row("weights", found.WeightFiles.Count == 0 ? "none" : $"{string.Join(", ", found.WeightFiles.Select(Path.GetFileName))} ({found.Bytes / 1e6:N1} MB, {Type(found) ?? "no"} values)");
        if (found.Shape is { } shape)
            table.Row("sizes", $"{found.Parameters:N0} parameters, {shape.Layers} layers, width {shape.Width}, {shape.Heads} heads, context {shape.ContextLength}");
        table.Row("tokenizer", found.TokenizerSize is { } size ? $"{size:N0} pieces" : "none");
        table.Row("chat", found.HasChatTemplate ? "by its template" : "none");
        Terminal.Write(table);
        foreach (var note in found.Notes)
            Terminal.Line($"note: {note}");
        foreach (var problem in found.Problems)
            Terminal.Line($"wrong: {problem}");
        Terminal.Line(found.Problems.Count == 0 ? "Nothing is wrong with it." : $"{Terminal.Count(found.Problems.Count, "problem")}.");
    }

    private static string? Type(ModelInspection found) => found.StoredType is { } type ? GlobalOptions.NameOf(type) : null;
}
