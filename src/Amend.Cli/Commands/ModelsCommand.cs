using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Models;

namespace Amend.Cli.Commands;

/// <summary><c>amend models</c>: embedded and cached models.</summary>
internal sealed class ModelsCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("models", "The embedded and cached models.");
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
        using var model = LanguageModel.Load(folder, options);
        var (shape, weights) = (model.Shape, model.Decoder.Weights.All);
        return new ModelRow(name, model.ModelType, weights.Sum(w => w.Value.numel()), shape.Layers, shape.Width, shape.Vocabulary, shape.ContextLength, model.BaseHash, folder);
    }

    private static void Print(List<ModelRow> models)
    {
        var table = Terminal.Table("model", "family", "parameters", "layers", "width", "pieces", "context", "weights", "folder");
        foreach (var m in models)
            table.Row(m.Name, m.Family, $"{m.Parameters:N0}", $"{m.Layers}", $"{m.Width}", $"{m.Vocabulary}", $"{m.ContextLength}", m.WeightsHash[..12], m.Folder);
        Terminal.Console.Write(table);
    }

    private sealed record ModelRow(
        string Name, string Family, long Parameters, int Layers, int Width, int Vocabulary, int ContextLength, string WeightsHash, string Folder);
}
