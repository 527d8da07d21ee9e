using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Shipping;

namespace Amend.Cli.Commands;

/// <summary><c>amend audit</c>: in what two checkpoints differ, and what made the difference by the look of it.</summary>
internal sealed class AuditCommand : ICliCommand
{
    private readonly Argument<string> _base = new("BASE") { Description = ModelArgument.Description };
    private readonly Argument<string> _edited = new("EDITED") { Description = "The other checkpoint of the same model." };

    private readonly Option<bool> _asEdit = new("--as-edit")
    {
        Description = "Keep the difference as an edit of BASE, which is applied and can be taken back.",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("audit", "Compare two checkpoints: which weights differ, by what rank, and what that looks like.")
        {
            _base, _edited, _asEdit,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (before, after) = (parsed.GetValue(_base)!, parsed.GetValue(_edited)!);
        var models = AmendEnvironment.Of(parsed).Models;
        var (first, second) = (models.Find(before), models.Find(after));
        var store = parsed.GetValue(_asEdit) ? ModelArgument.OpenStore(parsed, before) : null;
        var report = Shipment.Audit(first, second, store, new TensorLines());
        return Done.Print(report.Edit is { } id ? $"Edit {id} is applied" : "Compared", () =>
        {
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(report);
            else
                AuditView.Print(report, before);
        });
    }
}
