using System.CommandLine;
using System.Globalization;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Sessions;
using Amend.Shipping;

namespace Amend.Cli.Commands;

/// <summary><c>amend import</c>: changes of another program, or an edit of another store, as an edit.</summary>
internal sealed class ImportCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly Argument<string> _path = new("PATH")
    {
        Description = $"What to import: {string.Join("; ", BuiltInImporters.All.Select(form => form.Description))}.",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("import", "Take an adapter, or an edit of another store, in as an edit that can be taken back.")
        {
            _model, _path,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var model = parsed.GetValue(_model)!;
        var store = ModelArgument.OpenStore(parsed, model);
        var kept = Shipment.Import(AmendEnvironment.Of(parsed).Models.Find(model), store, parsed.GetValue(_path)!);
        return Done.Print($"Edit {kept.Id} is applied", () =>
        {
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(kept);
            else
                Print(kept, model);
        });
    }

    private static void Print(KeptEdit kept, string model)
    {
        var import = kept.Record.Import;
        var grid = Terminal.List();
        grid.Row("edit", $"{kept.Id}, applied");
        if (import is not null)
            grid.Row("from", $"{import.Name} ({import.Form}), made for '{import.Base ?? "?"}'");
        grid.Row("norm", (kept.Record.DeltaNorm ?? 0).ToString("F3", CultureInfo.InvariantCulture));
        grid.Row("kept in", kept.Path);
        Terminal.Write(grid);
        Terminal.Line($"take it back with: amend revert {model} {kept.Id}");
    }
}
