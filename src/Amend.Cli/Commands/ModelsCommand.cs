using System.CommandLine;
using System.Text.Json.Serialization;
using Amend.Cli.Rendering;
using Amend.Models;
using Amend.Models.Inspection;

namespace Amend.Cli.Commands;

/// <summary><c>amend models</c>: embedded and cached models.</summary>
internal sealed class ModelsCommand : ICliCommand
{
    /// <summary>Models of more parameters are not loaded to be listed.</summary>
    private const long MostHashed = 300_000_000;

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("models", "The embedded models, those in Amend's home, and those that were downloaded.");
        command.SetAction(parsed =>
        {
            var options = GlobalOptions.LoadOptions(parsed);
            var models = ModelArgument.Locator.Known.Select(known => Describe(known.Name, known.Folder, options)).ToList();
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(models);
            else
                Print(models);
            return ExitCode.Done;
        });
        return command;
    }

    private static ModelRow Describe(string name, string folder, LoadOptions options)
    {
        var found = ModelInspection.Run(folder);
        return new ModelRow(name, folder)
        {
            Family = found.Family,
            Parameters = found.Parameters,
            Bytes = found.Bytes,
            Layers = found.Shape?.Layers,
            Width = found.Shape?.Width,
            Vocabulary = found.Shape?.Vocabulary,
            ContextLength = found.Shape?.ContextLength,
            DType = found.StoredType is { } type ? GlobalOptions.NameOf(type) : null,
            WeightsHash = found.Problems.Count == 0 && found.Parameters <= MostHashed ? HashOf(folder, options) : null,
            Problem = found.Problems.Count > 0 ? string.Join(" ", found.Problems) : null,
        };
    }

    private static string HashOf(string folder, LoadOptions options)
    {
        using var model = LanguageModel.Load(folder, options);
        return model.BaseHash;
    }

    private static void Print(List<ModelRow> models)
    {
        if (models.Count == 0)
        {
            Terminal.Line("There are no models here; any folder in Hugging Face form can be given instead of a name.");
            return;
        }

        var table = Terminal.Table("model", "family", "parameters", "MB", "layers", "width", "pieces", "context", "type").Numbers(2, 3, 4, 5, 6, 7);
        foreach (var m in models)
            table.Row(m.Name, m.Problem is null ? m.Family! : "broken", $"{m.Parameters:N0}", $"{m.Bytes / 1e6:N0}", $"{m.Layers}", $"{m.Width}", $"{m.Vocabulary}", $"{m.ContextLength}", m.DType ?? "");
        Terminal.Write(table);
        foreach (var m in models)
            Terminal.Line(m.Problem is null ? $"{m.Name}: weights {m.WeightsHash?[..12] ?? "too many to hash for a list"}, in {m.Folder}" : $"{m.Name}: {m.Problem}");
    }

    private sealed record ModelRow(string Name, string Folder)
    {
        public string? Family { get; init; }

        public long Parameters { get; init; }

        public long Bytes { get; init; }

        public int? Layers { get; init; }

        public int? Width { get; init; }

        public int? Vocabulary { get; init; }

        public int? ContextLength { get; init; }

        [JsonPropertyName("dtype")]
        public string? DType { get; init; }

        public string? WeightsHash { get; init; }

        public string? Problem { get; init; }
    }
}
