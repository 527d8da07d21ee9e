using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Statistics;
using Amend.Tensors;

namespace Amend.Cli.Commands.Stats;

/// <summary><c>amend stats import</c>: takes over statistics that the authors of ROME published.</summary>
internal sealed class ImportStatsCommand : ICliCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "An npz file with mom2.count and mom2.mom2, as kmeng01/rome writes them.",
    };

    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<int> _layer = new("--layer")
    {
        Description = "The layer that they are of, from 0; the file does not say.",
        HelpName = "N",
        Required = true,
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "The statistics file; in Amend's home by default.",
        HelpName = "FILE",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(
            "import", "Take over statistics that the authors of ROME published; you say of which model and layer they are.")
        {
            _file, _model, _layer, _out,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (file, layer) = (Path.GetFullPath(parsed.GetValue(_file)!), parsed.GetValue(_layer));
        if (!File.Exists(file))
            throw new AmendException($"There is no file '{file}'; give an npz file, and then the model that it is of.");
        using var model = ModelArgument.Load(parsed, parsed.GetValue(_model)!);
        using var library = new SecondMomentLibrary(AmendEnvironment.Of(parsed).Home);
        var path = parsed.GetValue(_out)?.FullName ?? library.PathFor(model, layer);
        SecondMomentImport.Run(file, model, layer, path);
        Messages.Progress(
            $"the file does not say of which model it is: that it is of layer {layer} of {model.Name} is your word, "
            + "and only the width was checked");
        var found = SecondMomentSummary.Read(path, StatisticsView.QuickWidth);
        if (parsed.GetValue(GlobalOptions.Json))
            Json.Print(found);
        else
            StatisticsView.Print(found);
        return ExitCode.Done;
    }
}
