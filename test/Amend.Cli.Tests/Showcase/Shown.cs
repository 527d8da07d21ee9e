using Amend.Atlas.Tour;
using Amend.Cli.Documents;
using Amend.Cli.Tests.Running;
using Amend.Editing.Comparison;
using Amend.Editing.Editors;
using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Log;
using Amend.Editing.Sessions;
using Amend.Editing.Statistics;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Reports.Comparison;
using Amend.Models.Inspection;
using Amend.Shipping.Auditing;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;

namespace Amend.Cli.Tests.Showcase;

/// <summary>A command line whose output is held by reviewed files.</summary>
/// <param name="Name">The files' name.</param>
/// <param name="Document">The record that <c>--json</c> prints.</param>
/// <param name="Arguments">The arguments.</param>
public sealed record Shown(string Name, Type Document, Func<Stage, string[]> Arguments)
{
    private const string Model = Facts.Model;

    /// <summary>Whether it runs in a home where nothing was done before.</summary>
    public bool InNewHome { get; init; }

    /// <summary>All of them: each verb on the embedded model, with and without what may change its output.</summary>
    public static IReadOnlyDictionary<string, Shown> All { get; } = new Shown[]
    {
        new("demo", typeof(DemoReport), _ => ["demo"]),
        new("demo.of-a-model", typeof(DemoReport), _ => ["demo", "--model", Model]) { InNewHome = true },
        new("models", typeof(ModelList), _ => ["models"]),
        new("editors", typeof(EditorList), _ => ["editors"]),
        new("editors.of-one", typeof(EditorList), _ => ["editors", "rome", "--model", Model]),
        new("editors.of-a-model", typeof(EditorList), _ => ["editors", "--model", Model]),
        new("doctor", typeof(DoctorDocument), _ => ["doctor"]),
        new("doctor.of-a-model", typeof(DoctorDocument), _ => ["doctor", Model]),
        new("ask", typeof(AskOutcome), _ => ["ask", Model, Facts.TowerPrompt, "--tokens", "1", "--top", "1"]),
        new("ask.at-base", typeof(AskOutcome), _ => ["ask", Model, Facts.TowerPrompt, "--tokens", "1", "--top", "1", "--at", "base"]),
        new("edit", typeof(EditOutcome), _ => [.. Facts.Tower, "--target-new", "Rome", .. Facts.TowerChecks]) { InNewHome = true },
        new("edit.superseding", typeof(EditOutcome), _ => [.. Facts.Tower, "--target-new", "Berlin", "--guard", "perplexity=off"]),
        new("edit.in-turn", typeof(EditOutcome), _ => Many("--set", "v_num_grad_steps=2", "--in-turn")),
        new("edit.together", typeof(EditOutcome), _ => Many("--editor", "memit", "--set", "v_num_grad_steps=2")),
        new("edits", typeof(EditList), _ => ["edits", Model]),
        new("edits.none", typeof(EditList), _ => ["edits", Model]) { InNewHome = true },
        new("show", typeof(EditDetails), stage => ["show", Model, stage.EditId]),
        new("revert", typeof(RevertOutcome), stage => ["revert", Model, stage.EditId]),
        new("revert.all-of-none", typeof(RevertOutcome), _ => ["revert", Model, "--all"]) { InNewHome = true },
        new("check", typeof(CheckDocument), stage => ["check", Model, "--gate", stage.Gate]),
        new("log", typeof(EditLog), stage => ["log", Model, "--out", stage.Folder("log.html")]),
        new("log.none", typeof(EditLog), _ => ["log", Model]) { InNewHome = true },
        new("diff", typeof(StateDiff), stage => ["diff", Model, "base", "head", "--out", stage.Folder("diff.html")]),
        new("diff.of-equal-states", typeof(StateDiff), stage => ["diff", Model, "head", $"@{stage.EditId}"]),
        new("export", typeof(ExportOutcome), stage => ["export", Model, "--to", "lora", "--out", stage.Folder("adapter")]),
        new("import", typeof(KeptEdit), stage => ["import", Model, stage.Adapter]) { InNewHome = true },
        new("audit", typeof(AuditReport), stage => ["audit", Model, stage.Edited]),
        new("trace", typeof(TraceDocument), _ => ["trace", Model, "--prompt", Facts.TowerPrompt, "--subject", "The Eiffel Tower", "--samples", "2"]),
        new("trace.of-facts", typeof(TraceDocument), _ => Trace("--facts", "atlas-known", "--cases", "2", "--samples", "2", "--suggest-layer")),
        new("trace.by-edits", typeof(TraceDocument), _ => Trace("--sweep", "atlas-counterfact", "--cases", "1", "--editor", "ft")),
        new("eval", typeof(EvalReport), stage => Eval(stage.Folder("run"))),
        new("eval.stream", typeof(EvalReport), stage =>
        [
            "eval", "atlas-counterfact", "--model", Model, "--editors", "none,ft", "--cases", "4", "--protocol", "stream", "--upstream",
            "atlas-known", "--upstream-cases", "3", "--measure-every", "2", "--out", stage.Folder("stream"),
        ]),
        new("eval.sequential", typeof(EvalReport), stage => [.. Eval(stage.Folder("sequential")), "--protocol", "sequential", "--guard", "perplexity=off"]),
        new("compare", typeof(ComparedRuns), stage => ["compare", stage.Run, stage.Run]),
        new("stats", typeof(CollectedStatistics), stage => Stats("1", stage.Text)),
        new("stats.of-layers", typeof(CollectedStatistics), stage => [.. Stats("1,2", stage.Text), "--sequence-length", "4"]),
        new("stats.show", typeof(StatisticsList), _ => ["stats", "show", Model]),
        new("stats.show.of-a-file", typeof(StatisticsList), stage => ["stats", "show", stage.Statistics[0]]),
        new("stats.merge", typeof(SecondMomentSummary), stage => ["stats", "merge", .. stage.Statistics, "--out", stage.Folder("merged")]),
        new("stats.import", typeof(SecondMomentSummary), stage => ["stats", "import", stage.Npz, Model, "--layer", "2"]),
        new("networks", typeof(NetworkList), _ => ["networks"]),
        new("networks.none", typeof(NetworkList), _ => ["networks"]) { InNewHome = true },
        new("networks.show", typeof(NetworkDetails), stage => ["networks", "show", stage.NetworkId, "--out", stage.Folder("network")]),
        new("networks.remove", typeof(RemovedNetworkDocument), stage => ["networks", "remove", stage.NetworkId]),
    }.ToDictionary(shown => shown.Name);

    private static string[] Many(params string[] more) => ["edit", Model, "--requests", "atlas-counterfact", "--cases", "2", .. more];

    private static string[] Trace(params string[] more) => ["trace", Model, .. more];

    private static string[] Stats(string layers, string text) => ["stats", Model, "--layer", layers, "--text", text];

    private static string[] Eval(string folder) =>
        ["eval", "atlas-counterfact", "--model", Model, "--editors", "none,rome", "--cases", "2", "--metrics", "all", "--out", folder];
}
