using Amend.Models.Inspection;

namespace Amend.Cli.Rendering;

/// <summary>What is in a model's folder or file, and what is wrong with it.</summary>
internal static class InspectionView
{
    /// <summary>Prints what was found.</summary>
    public static void Print(ModelSummary found)
    {
        var table = Terminal.List();
        table.Row(File.Exists(found.Folder) ? "file" : "folder", found.Folder);
        if (found.Gguf?.ModelName is { } name)
            table.Row("name", name);
        table.Row("family", found.Family ?? "unknown");
        if (found.Gguf?.Architecture is { } architecture)
            table.Row("architecture", architecture);
        table.Row("weights", found.WeightFiles.Count == 0
            ? "none"
            : $"{string.Join(", ", found.WeightFiles)} ({found.Bytes / 1e6:N1} MB, {found.DType ?? "no"} values)");
        if (found.Gguf is { } file)
            table.Row("types", string.Join(", ", file.Types.Select(type => $"{type.Type}: {type.Tensors} ({type.Bytes / 1e6:N1} MB)")));
        if (found.Shape is { } shape)
        {
            table.Row(
                "sizes",
                $"{found.Parameters:N0} parameters, {shape.Layers} layers, width {shape.Width}, {shape.Heads} heads, "
                + $"context {shape.ContextLength}");
        }

        table.Row("tokenizer", found.TokenizerSize is { } size ? $"{size:N0} pieces{KindOf(found.Gguf)}" : "none");
        table.Row("chat", found.HasChatTemplate ? "by its template" : "none");
        Terminal.Write(table);
        foreach (var assumed in found.Gguf?.Assumptions ?? [])
            Terminal.Line($"assumed: {assumed}");
        foreach (var note in found.Notes)
            Terminal.Line($"note: {note}");
        foreach (var problem in found.Problems)
            Terminal.Line($"wrong: {problem}");
        Terminal.Line(found.Problems.Count == 0 ? "Nothing is wrong with it." : $"{Terminal.Count(found.Problems.Count, "problem")}.");
    }

    /// <summary>The kind of a GGUF file's tokenizer, and by what rules it cuts texts into words.</summary>
    private static string KindOf(GgufFacts? file) => file switch
    {
        null => "",
        { WordRules: { } rules } => $" of the kind {file.Tokenizer}, words by the rules {rules}",
        _ => $" of the kind {file.Tokenizer}",
    };
}
