using Amend.Cli.Documents;
using Amend.Models.Inspection;

namespace Amend.Cli.Rendering;

/// <summary>What is in a model's folder or file, and what is wrong with it.</summary>
internal static class InspectionView
{
    /// <summary>Prints what was found, and what can be done with it where it can be used.</summary>
    public static void Print(ModelSummary found, ModelUses? uses)
    {
        var table = Terminal.List();
        table.Row(File.Exists(found.Folder) ? "file" : "folder", found.Folder);
        if (found.Gguf?.ModelName is { } name)
            table.Row("name", name);
        table.Row("family", $"{found.Family ?? "unknown"}{(uses is null ? "" : $", {uses.Kind} ({uses.Architecture})")}");
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
        if (uses is not null)
            Print(uses);
        foreach (var assumed in found.Gguf?.Assumptions ?? [])
            Terminal.Line($"assumed: {assumed}");
        foreach (var note in found.Notes)
            Terminal.Line($"note: {note}");
        foreach (var problem in found.Problems)
            Terminal.Line($"wrong: {problem}");
        Terminal.Line(found.Problems.Count == 0 ? "Nothing is wrong with it." : $"{Terminal.Count(found.Problems.Count, "problem")}.");
    }

    private static void Print(ModelUses uses)
    {
        Terminal.Line(
            $"Memory in {uses.Dtype}: weights of {Size(uses.WeightBytes)}, and what a request of {uses.Tokens} tokens or an edit of one "
            + $"fact holds beside them; {Size(uses.ProgramBytes)} of the program itself come on top"
            + (uses.FreeBytes is { } free ? $", and {Size(free)} are free." : "."));
        var table = Terminal.Table("it can", "memory", "what it needs first");
        foreach (var use in uses.Uses.Where(use => use.Works))
            table.Row(Name(use), use.Bytes is { } bytes ? Size(uses.WeightBytes + bytes) : "", use.Reason ?? "");
        Terminal.Write(table);
        foreach (var preset in uses.Uses.Where(use => use is { Works: true, Preset: not null }).GroupBy(use => use.Preset))
        {
            Terminal.Line(
                $"settings of {preset.Key}: {string.Join(", ", preset.Select(use => use.Editor))} (amend editors NAME --model MODEL says "
                + "from where); the others have those of any model");
        }

        foreach (var reason in uses.Uses.Where(use => !use.Works).GroupBy(use => use.Reason))
            Terminal.Line($"It cannot {string.Join(", ", reason.Select(Name))}: {reason.Key}");
        foreach (var reason in uses.Ignored.GroupBy(setting => setting.Why))
            Terminal.Line($"ignored in config.json: {string.Join(", ", reason.Select(setting => setting.Key))} ({reason.Key})");
    }

    private static string Name(ModelUse use) => use.Editor is { } editor ? $"{use.Use} --editor {editor}" : use.Use;

    private static string Size(long bytes) => bytes >= 1e9 ? $"{bytes / 1e9:N1} GB" : $"{bytes / 1e6:N1} MB";

    /// <summary>The kind of a GGUF file's tokenizer, and by what rules it cuts texts into words.</summary>
    private static string KindOf(GgufFacts? file) => file switch
    {
        null => "",
        { WordRules: { } rules } => $" of the kind {file.Tokenizer}, words by the rules {rules}",
        _ => $" of the kind {file.Tokenizer}",
    };
}
