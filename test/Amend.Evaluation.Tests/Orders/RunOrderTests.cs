using System.Text.Json;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Orders;

public sealed class RunOrderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public RunOrderTests()
    {
        RecordFile.Write(_folder.File("facts.json"), [Samples.Record(1, "Elba"), Samples.Record(2, "Java")]);
        File.WriteAllText(_folder.File("claims.jsonl"), """{"id": 1, "claim": "Elba is in Italy.", "label": "SUPPORTS"}""");
        File.WriteAllText(_folder.File("text.txt"), "A text.");
    }

    private string Facts => $"counterfact:{_folder.File("facts.json")}";

    private string Claims => $"fever:{_folder.File("claims.jsonl")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_order_that_is_written_down_and_read_is_the_same_run()
    {
        var order = new RunOrder(Claims)
        {
            Editors = "none,ft:layers=[1]",
            Metrics = "stream.err",
            Protocol = "stream",
            Size = 1,
            Guard = "norm=2,on-breach=revert",
            Stream = new StreamOrder(Claims) { Holdout = Claims, Replay = Claims, MeasureEvery = 3, Edits = 4, Cases = 5 },
            Layer = 2,
            Settings = new Dictionary<string, string> { ["lr"] = "0.1" },
            Seed = 6,
            Statistics = IdentityStatistics.Asked,
            Offset = 7,
            Cases = 8,
            SkipBad = true,
            ScoreBatch = 9,
            FixedText = _folder.File("text.txt"),
        };

        var read = JsonSerializer.Deserialize<RunOrder>(JsonSerializer.Serialize(order, EditJson.Options), EditJson.Options)!;

        var (plan, again) = (order.ToPlan(order.Find()), read.ToPlan(read.Find()));
        Assert.Equal(JsonSerializer.Serialize(order, EditJson.Options), JsonSerializer.Serialize(read, EditJson.Options));
        Assert.Equal(["none", "ft:layers=[1]"], again.Rows.Select(row => row.Name));
        Assert.Equal("0.1", (string?)again.Rows[1].Settings["lr"]);
        Assert.Equal(2, again.Rows[1].Layer);
        Assert.Equal(plan.Guard, again.Guard);
        Assert.Equal(plan.Asking.Writing, again.Asking.Writing);
        Assert.Equal("A text.", again.Asking.FixedText);
        Assert.Equal((3, 4, 5), (again.Stream!.MeasureEvery, again.Stream.MostEdits, again.Stream.MostStanding));
        Assert.Equal((7, 8, true, 9), (again.Offset, again.Cases, again.SkipBad, again.Asking.BatchSize));
        Assert.True(again.Context.Statistics.IsIdentity);
    }

    [Fact]
    public void What_is_not_asked_is_what_the_data_set_usually_has()
    {
        var (facts, claims) = (new RunOrder(Facts), new RunOrder(Claims));

        var (factsPlan, claimsPlan) = (facts.ToPlan(facts.Find()), claims.ToPlan(claims.Find()));

        Assert.Equal(UsualRun.Facts.Editors.Split(','), factsPlan.Rows.Select(row => row.Name));
        Assert.Null(factsPlan.Retain);
        Assert.Equal(UsualRun.Labels.Metrics.Split(','), claimsPlan.Metrics.Select(metric => metric.Info.Id));
        Assert.Equal(100, claimsPlan.Retain!.Drawn);
    }

    [Fact]
    public void All_files_of_an_order_are_found_by_the_same_means()
    {
        var order = new RunOrder(Claims)
        {
            Retain = Claims,
            Protocol = "stream",
            Stream = new StreamOrder(Claims) { Holdout = Claims, Replay = Claims },
            Statistics = "moments",
            Snippets = _folder.File("text.txt"),
            FixedText = _folder.File("text.txt"),
            Probe = Facts,
        };
        var files = new ToldFiles();

        var failure = Assert.Throws<AmendException>(() => order.ToPlan(order.Find(files)));

        Assert.Contains("moments", failure.Message);
        Assert.Equal([Claims, _folder.File("text.txt"), _folder.File("text.txt"), "moments"], files.Asked);
        files.Asked.Clear();
        order = order with { Statistics = null };
        order.ToPlan(order.Find(files));
        Assert.Equal([Claims, _folder.File("text.txt"), _folder.File("text.txt"), Claims, Claims, Claims, Claims, Facts], files.Asked);
    }

    private sealed class ToldFiles : IOrderFiles
    {
        public List<string> Asked { get; } = [];

        public DatasetSource Data(string name) => NamedFiles.Instance.Data(Told(name));

        public string File(string path) => NamedFiles.Instance.File(Told(path));

        public string Place(string path) => NamedFiles.Instance.Place(Told(path));

        private string Told(string name)
        {
            Asked.Add(name);
            return name;
        }
    }
}
