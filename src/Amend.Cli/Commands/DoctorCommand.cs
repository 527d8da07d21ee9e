using System.CommandLine;
using System.Runtime.InteropServices;
using Amend.Cli.Rendering;
using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Models.Inspection;
using Amend.Tensors.Native;
using TorchSharp;

namespace Amend.Cli.Commands;

/// <summary><c>amend doctor</c>: what is loaded, versions, threads and paths; of a model, what is wrong with its folder.</summary>
internal sealed class DoctorCommand : ICliCommand
{
    private readonly Argument<string?> _model = new("MODEL")
    {
        Description = "A model to check: its files, tensors and tokenizer.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("doctor", "What is loaded, versions, threads and paths; with MODEL, what is wrong with its folder.") { _model };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        GlobalOptions.LoadOptions(parsed);
        var (model, json) = (parsed.GetValue(_model), parsed.GetValue(GlobalOptions.Json));
        if (model is not null)
            return InspectionView.Print(model, ModelInspection.Run(Directory.Exists(model) ? model : ModelArgument.Locator.Find(model)), json);
        var facts = Facts();
        if (json)
        {
            Json.Print(facts);
        }
        else
        {
            var table = Terminal.List();
            foreach (var (name, value) in facts)
                table.Row(name.Replace('_', ' '), value);
            Terminal.Write(table);
        }

        return ExitCode.Done;
    }

    private static Dictionary<string, string> Facts() => new()
    {
        ["amend"] = LibraryVersion.Current,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["system"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
        ["torchsharp"] = typeof(torch).Assembly.GetName().Version!.ToString(3),
        ["libtorch"] = torch.__version__,
        ["native_library"] = TorchRuntime.LoadedLibrary ?? "as packaged",
        ["native_library_patched"] = TorchRuntime.IsPatched ? "yes: the system's libstdc++ is older than TorchSharp's" : "no",
        ["threads"] = $"{torch.get_num_threads()} of {Environment.ProcessorCount} processors",
        ["cuda"] = torch.cuda.is_available() ? $"{torch.cuda.device_count()} devices" : "not in this build",
        ["home"] = AmendHome.Default.Folder,
        ["models"] = string.Join(", ", ModelArgument.Locator.Known.Select(m => m.Name)),
        ["native_cache"] = PatchedLibraryCache.DefaultFolder(),
    };
}
