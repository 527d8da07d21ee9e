using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Cli.Commands;

/// <summary><c>amend models</c>: embedded and cached models.</summary>
internal sealed class ModelsCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("models", "The embedded models, and those in Amend's home.");
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
        try
        {
            using var model = LanguageModel.Load(folder, options);
            var (shape, weights) = (model.Shape, model.Weights.All);
            return new ModelRow(name, folder)
            {
                Family = model.ModelType,
                Parameters = weights.Sum(w => w.Value.numel()),
                Layers = shape.Layers,
                Width = shape.Width,
                Vocabulary = shape.Vocabulary,
                ContextLength = shape.ContextLength,
                WeightsHash = model.BaseHash,
            };
        }
        catch (AmendException e)
        {
            return new ModelRow(name, folder) { Problem = e.Message };
        }
    }

    private static void Print(List<ModelRow> models)
    {
        if (models.Count == 0)
        {
            Terminal.Line("There are no models here; any folder in Hugging Face form can be given instead of a name.");
            return;
        }

        var table = Terminal.Table("model", "family", "parameters", "layers", "width", "pieces", "context").Numbers(2, 3, 4, 5, 6);
        foreach (var m in models)
            table.Row(m.Name, m.Family ?? "broken", $"{m.Parameters:N0}", $"{m.Layers}", $"{m.Width}", $"{m.Vocabulary}", $"{m.ContextLength}");
        Terminal.Write(table);
        foreach (var m in models)
            Terminal.Line(m.Problem is null ? $"{m.Name}: weights {m.WeightsHash![..12]}, in {m.Folder}" : $"{m.Name}: {m.Problem}");
    }

    private sealed record ModelRow(string Name, string Folder)
    {
        public string? Family { get; init; }

        public long? Parameters { get; init; }

        public int? Layers { get; init; }

        public int? Width { get; init; }

        public int? Vocabulary { get; init; }

        public int? ContextLength { get; init; }

        public string? WeightsHash { get; init; }

        public string? Problem { get; init; }
    }
}
