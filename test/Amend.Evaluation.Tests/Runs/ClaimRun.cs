using System.Text.Json.Nodes;
using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Models;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>Runs of a stub editor over made-up claims on a tiny classifier of SUPPORTS and REFUTES, in a folder of their own.</summary>
internal sealed class ClaimRun : IDisposable
{
    public static readonly string[] Claims =
    [
        "the cat sat on the mat", "a dog ran", "no bird sings here now", "rain falls", "who knows the way home",
        "snow fell last night on the hill", "the mat is red",
    ];

    private readonly TempFolder _folder = new();
    private readonly NumberedWords _words = new();

    /// <summary>Creates a run over claims that are right and wrong in turn.</summary>
    public ClaimRun()
    {
        Plan = new RunPlan
        {
            Suite = "fever:claims.jsonl",
            Source = Source([.. Claims.Select((claim, id) => Claim(id, claim, id % 2 == 0 ? "SUPPORTS" : "REFUTES"))]),
            Protocol = BuiltInProtocols.Find("single"),
            Rows = [new RunRow("none", "none", [], null), new RunRow("stub", "stub", [], null)],
            Metrics = [BuiltInMetrics.Find("tf.exact")],
            CacheFolder = _folder.File("cache"),
            FindEditor = name => name == NoEdit.EditorName ? new NoEdit() : new StubEditor(size: 2),
        };
    }

    public RunPlan Plan { get; }

    public static JsonObject Claim(int id, string claim, string label) => new() { ["id"] = id, ["claim"] = claim, ["label"] = label };

    /// <summary>A data set of claims in FEVER's form.</summary>
    public DatasetSource Source(params JsonObject[] records) => Source("fever", records);

    /// <summary>A data set of claims.</summary>
    public DatasetSource Source(string form, params JsonObject[] records)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.jsonl");
        File.WriteAllLines(path, records.Select(record => record.ToJsonString()));
        return new DatasetLocator(_folder.Path).Find($"{form}:{path}");
    }

    /// <summary>The classifier; the caller disposes.</summary>
    public LanguageModel Model()
    {
        var (folder, golden) = (Directory.CreateDirectory(_folder.File("tiny-claims")).FullName, GoldenCases.At("models/bert_tiny_cls")[0].Folder);
        foreach (var file in Directory.EnumerateFiles(golden))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(golden, "config.json")))!;
        config["id2label"] = new JsonObject { ["0"] = "REFUTES", ["1"] = "SUPPORTS" };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        return TinyModels.FromFolder(folder, _words);
    }

    public RunResult Run(RunPlan plan) => new EvalRun(plan, Model).Run(stop: TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();
}
