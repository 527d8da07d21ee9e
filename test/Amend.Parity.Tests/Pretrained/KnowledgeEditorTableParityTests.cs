using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Models;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>
/// The baselines of KnowledgeEditor's table on FEVER claims are those of its authors' loop, edit by edit: 60 edits of MiniLM's
/// classifier, 120 other claims to retain.
/// </summary>
[Trait("kind", "parity")]
public sealed class KnowledgeEditorTableParityTests : IDisposable
{
    private const double RetainTolerance = 1.0;
    private const string Golden = "ke_fever";
    private const string Data = "fever/fever_dev_labelled.jsonl.gz";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ft_layer0", "ft:layers=0")]
    [InlineData("ft_all", "ft")]
    [InlineData("zhu_all_5e-5", "zhu")]
    [InlineData("zhu_layer0_2e-4", "zhu:layers=0;norm_constraint=2e-4")]
    public void A_row_of_the_table_is_that_of_the_authors_edit_by_edit(string method, string row) => Compare(method, row);

    /// <summary>Rows whose edits mostly use up their 50 steps.</summary>
    [Theory(Explicit = true)]
    [InlineData("ft_first_matrix", "ft:layers=0;target_modules=[\"attention.self.query\"];num_steps=50")]
    [InlineData("zhu_layer0_1e-4", "zhu:layers=0;norm_constraint=1e-4")]
    [InlineData("zhu_all_2.5e-5", "zhu:norm_constraint=2.5e-5")]
    public void A_row_of_many_steps_is_that_of_the_authors_edit_by_edit(string method, string row) => Compare(method, row);

    private void Compare(string method, string text)
    {
        var path = MiniLm.Path("minilm-fever");
        Assert.SkipWhen(GoldenCases.At(Golden).Count == 0, $"No folder of golden files here has '{Golden}'; name one in {GoldenCases.RootVariable}.");
        var golden = GoldenCases.At(Golden)[0].Json("reference-table.json");
        var wanted = golden.GetProperty("per_edit").GetProperty(method).EnumerateArray().ToDictionary(one => one.GetProperty("id").GetRawText());
        var row = RunRow.Parse(text, new EditContext());
        var editor = new RecordingEditor(BuiltInEditors.Find(row.Editor));
        IMetric[] metrics = [.. new[] { "ke.success", "ke.retain", "ke.deterioration" }.Select(BuiltInMetrics.Find)];
        var plan = new RunPlan
        {
            Suite = Data,
            Source = Claims(golden, "edit_ids"),
            Protocol = BuiltInProtocols.Find("single"),
            Rows = [row],
            Metrics = metrics,
            FindEditor = _ => editor,
            Retain = new RetainPlan { Drawn = null, Source = Claims(golden, "retain_ids") },
        };

        var result = new EvalRun(plan, () => LanguageModel.Load(path)).Run(stop: TestContext.Current.CancellationToken);

        var measured = result.Rows[0].MeasuredAt(Moment.OwnEdit);
        Assert.Equal(wanted.Count, measured.Count);
        Assert.All(measured, (one, at) =>
        {
            var reference = wanted[one.Case.Id];
            Assert.Equal(100 * reference.GetProperty("success").GetDouble(), metrics[0].ValueOf(one));
            Assert.Equal(100 * reference.GetProperty("retain").GetDouble(), metrics[1].ValueOf(one)!.Value, RetainTolerance);
            Assert.InRange(editor.Steps[at] - reference.GetProperty("it").GetInt32(), -1, 1);
        });
        var summary = golden.GetProperty("results").EnumerateArray().Single(one => one.GetProperty("method").GetString() == method);
        Assert.Equal(100 * summary.GetProperty("retain").GetDouble(), metrics[1].Over(measured, seed: 0).Value, RetainTolerance);
        Assert.Equal(100 * summary.GetProperty("deterioration").GetDouble(), metrics[2].Over(measured, seed: 0).Value, RetainTolerance);
    }

    /// <summary>The claims of the ids, in their order, as a data set.</summary>
    private DatasetSource Claims(JsonElement golden, string ids)
    {
        var data = PretrainedModel.Data(GoldenCases.At(Golden)[0], Data);
        using var lines = new StreamReader(new GZipStream(File.OpenRead(data), CompressionMode.Decompress));
        var claims = lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToDictionary(claim => claim["id"]!.ToString());
        var path = _folder.File($"{ids}.jsonl");
        File.WriteAllLines(path, golden.GetProperty("items").GetProperty(ids).EnumerateArray()
            .Select(id => claims[id.GetRawText()])
            .Select(claim => new JsonObject { ["id"] = claim["id"]!.DeepClone(), ["claim"] = $"{claim["claim"]}", ["label"] = $"{claim["label"]}" })
            .Select(claim => claim.ToJsonString()));
        return new DatasetLocator(_folder.Path).Find($"fever:{path}");
    }

    /// <summary>Remembers how many steps each edit took.</summary>
    private sealed class RecordingEditor(IEditor inner) : IEditor
    {
        public string Name => inner.Name;

        public EditorInfo Info => inner.Info;

        public List<int> Steps { get; } = [];

        public JsonObject Settings(LanguageModel? model) => inner.Settings(model);

        public void Check(LanguageModel model, EditContext context) => inner.Check(model, context);

        public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
        {
            var result = inner.Apply(model, requests, context);
            Steps.Add(result.Edits[0].Record.Losses.Count - (result.Converged ? 1 : 0));
            return result;
        }
    }
}
