using System.CommandLine;
using Amend.Cli.CommandLine;
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
            var models = AmendEnvironment.Of(parsed).Models.Known.Select(known => Describe(known.Name, known.Folder, options)).ToList();
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(new ModelList(models));
            else
                Print(models);
            return ExitCode.Done;
        });
        return command;
    }

    private static ModelSummary Describe(string name, string folder, LoadOptions options)
    {
        var found = ModelSummary.Of(name, ModelInspection.Run(folder));
        return found.Problems.Count == 0 && found.Parameters <= MostHashed ? found with { WeightsHash = HashOf(folder, options) } : found;
    }

    private static string HashOf(string folder, LoadOptions options)
    {
        using var model = LanguageModel.Load(folder, options);
        return model.BaseHash;
    }

    private static void Print(List<ModelSummary> models)
    {
        if (models.Count == 0)
        {
            Terminal.Line("There are no models here; any folder in Hugging Face form or .gguf file can be given instead of a name.");
            return;
        }

        var table = Terminal.Table("model", "family", "parameters", "MB", "layers", "width", "pieces", "context", "type")
            .Numbers(2, 3, 4, 5, 6, 7).Whole(0);
        foreach (var m in models)
        {
            table.Row(
                m.Name, m.Problems.Count == 0 ? m.Family! : "broken", $"{m.Parameters:N0}", $"{m.Bytes / 1e6:N0}",
                $"{m.Shape?.Layers}", $"{m.Shape?.Width}", $"{m.Shape?.Vocabulary}", $"{m.Shape?.ContextLength}", m.DType ?? "");
        }

        Terminal.Write(table);
        foreach (var m in models)
        {
            Terminal.Line(m.Problems.Count == 0
                ? $"{m.Name}: weights {m.WeightsHash?[..12] ?? "too many to hash for a list"}, in {m.Folder}"
                : $"{m.Name}: {string.Join(" ", m.Problems)}");
        }
    }
}
