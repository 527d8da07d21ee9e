using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Tour;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;

namespace Amend.Cli.Commands;

/// <summary><c>amend demo</c>: the tour on the embedded model.</summary>
internal sealed class DemoCommand : ICliCommand
{
    private const string DemoModel = "atlas-gpt";

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("demo", "The tour on the embedded model: ask, edit, check, take back. Writes nothing.");
        command.SetAction(parsed =>
        {
            var options = GlobalOptions.LoadOptions(parsed);
            var report = DemoTour.Run(AmendEnvironment.Of(parsed).Models.Find(DemoModel), AtlasWorld.LoadEmbedded(), options);
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(report);
            else
                Print(report);
            return report.Succeeded ? ExitCode.Done : ExitCode.Numeric;
        });
        return command;
    }

    private static void Print(DemoReport report)
    {
        var (prompt, target) = (report.Check.Prompt, report.Request.TargetNew);
        Terminal.Line($"{report.Model} is asked: \"{prompt.Prompt}\"");
        Terminal.Line($"It says: {prompt.AnswerBefore}");
        Terminal.Line(
            $"One matrix is edited with ROME at layer {report.Record.Layers[0]}, so that it says {target} "
            + $"({report.Record.Losses.Count} steps, {report.Record.Seconds:F1} s).");
        Terminal.Line($"It says: {prompt.AnswerAfter}");
        CheckView.Print(report.Check, target);
        Terminal.Heading("Taken back");
        Terminal.Line($"weights before  {report.BaseHash}");
        Terminal.Line($"weights edited  {report.EditedHash}");
        Terminal.Line($"weights after   {report.RevertedHash}");
        Terminal.Line(report.RevertedHashEqual
            ? "The weights are the ones from before, bit for bit."
            : "THE WEIGHTS DIFFER from the ones before.");
        Terminal.Line($"\nThe tour took {report.Seconds:F1} s. Next: amend ask {report.Model} \"The capital of France is\"");
    }
}
