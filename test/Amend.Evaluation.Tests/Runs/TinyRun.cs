using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>Runs of a stub editor over five made-up records on the tiny model, in a folder of their own.</summary>
internal sealed class TinyRun : IDisposable
{
    private static readonly string[] Subjects = ["Réunion", "Elba", "Java", "Timor", "Malta"];
    private readonly TempFolder _folder = new();

    public TinyRun()
    {
        RecordFile.Write(_folder.File("suite.json"), Subjects.Select((subject, id) => Samples.Record(id * 2, subject)));
        Plan = new RunPlan
        {
            Suite = "counterfact:suite.json",
            Source = new DatasetLocator(_folder.Path).Find($"counterfact:{_folder.File("suite.json")}"),
            Protocol = BuiltInProtocols.Find("single"),
            Rows = [new RunRow("none", "none", [], null), new RunRow("stub", "stub", [], null)],
            Metrics = [BuiltInMetrics.Find("cf.es"), BuiltInMetrics.Find("cf.ns"), BuiltInMetrics.Find("gen.exact")],
            Asking = new AskingOptions { Writing = new() { AnswerTokens = 4 } },
            Folder = _folder.File("run"),
            CacheFolder = _folder.File("cache"),
            FindEditor = name => name == NoEdit.EditorName ? new NoEdit() : Editor,
        };
    }

    public StubEditor Editor { get; set; } = new();

    public RunPlan Plan { get; }

    public string Folder => Plan.Folder!;

    public static RunResult Run(RunPlan plan) => new EvalRun(plan, () => TinyModel.Make()).Run(stop: TestContext.Current.CancellationToken);

    /// <summary>Runs until the first measurement is kept.</summary>
    public static RunResult RunALittle(RunPlan plan)
    {
        using var stop = new CancellationTokenSource();
        return new EvalRun(plan, () => TinyModel.Make()).Run(new Stopper(stop), stop.Token);
    }

    /// <summary>The same plan in another folder.</summary>
    public RunPlan Elsewhere(RunPlan plan, string name) => plan with { Folder = _folder.File(name) };

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => stop.Cancel();
    }

    public void Dispose() => _folder.Dispose();
}
