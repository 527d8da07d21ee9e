using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Shipping;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;

namespace Amend.Cli.Commands;

/// <summary><c>amend export</c>: edits, or the model with its edits, in a form that other programs read.</summary>
internal sealed class ExportCommand : ICliCommand
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly Option<string> _form = new("--to")
    {
        Description = $"The form: {string.Join("; ", BuiltInExporters.All.Select(form => $"{form.Name}, {form.Description}"))}.",
        HelpName = string.Join('|', BuiltInExporters.All.Names),
        Required = true,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "The folder or file to make; what is there already is not written over.",
        HelpName = "DIR|FILE",
        Required = true,
    };

    private readonly Option<string> _edits = EditsOption.Create();

    private readonly Option<string?> _type = new("--out-dtype")
    {
        Description = $"The type of the weights in the files: {string.Join(", ", WrittenType.All.Select(type => type.Name))}, the last two "
            + "in GGUF files; by default the source's, fp32 for adapters, and fp16 for a GGUF file of a folder.",
        HelpName = "TYPE",
    };

    private readonly Option<int?> _rank = new("--rank")
    {
        Description = "For adapters, cuts changes without factors, as fine-tuning leaves them, to their N largest singular values.",
        HelpName = "N",
    };

    private readonly Option<bool> _keepQuantisation = new("--keep-quant")
    {
        Description = "For a model that is a GGUF file, quantises edited tensors again as they were; by default they become F16.",
    };

    private readonly CheckSettings _check = new();

    private readonly Option<bool> _verify = new("--verify")
    {
        Description = "Read what was written again and ask it; it is removed where the gate refuses it or an edit was lost in writing.",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("export", "Ship edits: an edited checkpoint, an adapter, or a GGUF file, for other programs.")
        {
            _model, _form, _out, _edits, _type, _rank, _keepQuantisation, _verify,
        };
        _check.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var model = parsed.GetValue(_model)!;
        var form = BuiltInExporters.All.Find(parsed.GetValue(_form)!);
        var order = new ExportOrder(form, parsed.GetValue(_out)!)
        {
            Edits = parsed.GetValue(_edits)!,
            Options = new ExportOptions
            {
                DType = parsed.GetValue(_type) is { } type ? WrittenType.Find(type) : null,
                Rank = RankOf(parsed),
                KeepsQuantisation = parsed.GetValue(_keepQuantisation),
            },
            Guard = Guard(parsed),
        };
        var store = ModelArgument.OpenStore(parsed, model);
        var outcome = Shipment.Export(AmendEnvironment.Of(parsed).Models.Find(model), store, order, new TensorLines(), stop);
        return Done.Print($"Written: '{outcome.Path}'", () =>
        {
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(outcome);
            else
                ExportView.Print(outcome);
        });
    }

    private ExportGuard? Guard(ParseResult parsed)
    {
        var (gate, verifies) = (_check.Gate(parsed), parsed.GetValue(_verify));
        if (gate is null && !verifies)
        {
            return _check.GivenWithoutGate(parsed) is not { } option
                ? null
                : throw new UsageException($"{option} was given without --gate or --verify, which alone ask the model; add one.");
        }

        return new ExportGuard { Gate = gate, Verifies = verifies, Check = _check.Read(parsed) };
    }

    private int? RankOf(ParseResult parsed) => parsed.GetValue(_rank) switch
    {
        < 1 and var rank => throw new UsageException($"--rank {rank} was asked; give a count of at least 1."),
        var rank => rank,
    };
}
