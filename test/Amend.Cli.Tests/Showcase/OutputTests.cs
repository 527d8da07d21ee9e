using System.CommandLine;
using System.Text.Json.Nodes;
using Amend.Atlas.Suites;
using Amend.Atlas.Training;
using Amend.Cli.Documents;
using Amend.Cluster.Board;
using Amend.Evaluation.Reports.Json;
using Amend.Server.Security;
using Amend.Tensors.Optimization;

namespace Amend.Cli.Tests.Showcase;

/// <summary>What people see and what programs read, held by the reviewed files in <c>Snapshots</c> and <c>docs/formats/schemas</c>.</summary>
public sealed class OutputTests(Stage stage) : IClassFixture<Stage>
{
    private const string Snapshots = "test/Amend.Cli.Tests/Snapshots";
    private const string Schemas = "docs/formats/schemas";

    public static TheoryData<string> Names => [.. Shown.All.Keys];

    /// <summary>Pages, by the command line that writes them.</summary>
    public static TheoryData<string, string> Pages => new()
    {
        { "eval", "run/report.html" },
        { "eval", "run/report.md" },
        { "networks.show", "network/index.html" },
        { "log", "log.html" },
        { "diff", "diff.html" },
        { "trace.of-facts", "home/traces/90137b43e6961564/atlas-known/index.html" },
    };

    /// <summary>Every verb, as the words that name it.</summary>
    public static TheoryData<string> Verbs => [.. Paths(AmendApp.Root(), "")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_verb_prints_the_text_that_was_reviewed(string name) =>
        ReviewedFile.Matches($"{Snapshots}/{name}.txt", stage.Masked(stage.Printed(Shown.All[name], asJson: false)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_verb_prints_the_JSON_that_was_reviewed(string name) =>
        ReviewedFile.Matches($"{Snapshots}/{name}.json", Masks.Json(
            stage.Printed(Shown.All[name], asJson: true), JsonSchemas.Of(Shown.All[name].Document, name), stage.Masked));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_JSON_of_a_verb_has_one_shape_whatever_the_circumstances(string name)
    {
        var shown = Shown.All[name];
        var schema = JsonSchemas.Of(shown.Document, $"amend {SchemaOf(shown)} --json");

        ReviewedFile.Matches($"{Schemas}/{SchemaOf(shown)}.json", schema);
        Assert.Empty(JsonSchemas.Breaches(JsonNode.Parse(schema)!.AsObject(), JsonNode.Parse(stage.Printed(shown, asJson: true))));
    }

    [Fact]
    public void What_takes_too_long_to_run_has_its_schema_too()
    {
        var (share, key) = (new Share(3, 4), new KeyEntry("0123456789", "ci", Role.Edit, DateTimeOffset.UnixEpoch));
        var run = new ClusterRun(1, "atlas-counterfact", "atlas-gpt", "open", DateTimeOffset.UnixEpoch, null, new UnitCounts(4, 1, 3, 1));
        (string Verb, object Document)[] all =
        [
            ("atlas.suites", new SuitesDocument("suites", new SuiteCounts(2, 3, 4) { CounterFactTraining = 5, Questions = 6, TrainingClaims = 7, DevelopmentClaims = 8, Corrections = 9, Holdout = 10, Upstream = 11, Documents = 12 })),
            ("train", new TrainedNetworkDocument("mend-0123456789ab", null, null, false, null, new TrainingCurve([]))),
            ("train.classifier", new TrainedClassifierDocument("models/claims", 90, 10, [], 1, [new("SUPPORTS", 10, 1, 1, [10])]) { Curve = new([]) }),
            ("atlas.train.gpt", new TrainedDocument("models/atlas-gpt", share, share, share, share)),
            ("atlas.train.bert", new JudgedDocument("models/atlas-bert", share, share, share, share)),
            ("atlas.train.t5", new AnsweredDocument("models/atlas-t5", share, share, share)),
            ("serve", new ServedDocument(["http://127.0.0.1:5150"], [new ServedEntry("atlas-gpt", "models/atlas-gpt")])),
            ("keys.list", new KeysDocument([key])),
            ("keys.add", new KeyDocument(key, "amend.0123456789.secret")),
            ("keys.remove", new KeyDocument(key, null)),
            ("runs", new RunsDocument([run])),
            ("runs.show", new RunDocument(run, [new WorkerShare("machine/1/0", 3, 1, DateTimeOffset.UnixEpoch)], [new UnitAside("rome", "0123456789abcdef", "It failed.")], ["machine/1/1: It cannot."])),
            ("runs.cancel", new RunDocument(run, [], [], [])),
            ("runs.remove", new RunDocument(run, [], [], [])),
            ("atlas.train.labels", new SortedDocument("models/atlas-labels", share, share, share, share, share)),
        ];

        foreach (var (verb, document) in all)
        {
            var schema = JsonSchemas.Of(document.GetType(), $"amend {verb.Replace('.', ' ')} --json");
            ReviewedFile.Matches($"{Schemas}/{verb}.json", schema);
            Assert.Empty(JsonSchemas.Breaches(JsonNode.Parse(schema)!.AsObject(), JsonNode.Parse(ReportJson.Write(document))));
        }
    }

    [Fact]
    public void A_verb_has_one_record_for_all_that_it_prints() =>
        Assert.All(Shown.All.Values.GroupBy(SchemaOf), verb => Assert.Single(verb.Select(shown => shown.Document).Distinct()));

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_help_of_a_verb_is_what_was_reviewed(string verb)
    {
        var help = new Running.AmendTurns("nowhere").Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Done().Output;

        ReviewedFile.Matches($"{Snapshots}/help{string.Concat(verb.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $".{word}"))}.txt", stage.Masked(help));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_what_was_reviewed(string name, string page) =>
        ReviewedFile.Matches($"{Snapshots}/{name}.{Path.GetFileName(page)}", stage.Masked(stage.Written(Shown.All[name], page)));

    [Fact]
    public void Every_verb_that_prints_JSON_is_shown()
    {
        string[] without = ["", "serve", "mcp", "keys", "keys add", "keys list", "keys remove", "work", "runs", "runs show", "runs cancel", "runs remove", "stats", "train", "train classifier", "atlas", "atlas suites", "atlas train", "atlas train gpt", "atlas train mixture", "atlas train bert", "atlas train t5", "atlas train labels"];

        Assert.Equal(
            Paths(AmendApp.Root(), "").Except(without).Order(StringComparer.Ordinal),
            Shown.All.Values.Select(shown => SchemaOf(shown).Replace('.', ' ')).Distinct().Except(without).Order(StringComparer.Ordinal));
    }

    /// <summary>The verb with its second word, where that is a verb too.</summary>
    private static string SchemaOf(Shown shown)
    {
        var words = shown.Name.Split('.');
        return words.Length > 1 && AmendApp.Root().Subcommands.Single(verb => verb.Name == words[0]).Subcommands.Any(verb => verb.Name == words[1])
            ? $"{words[0]}.{words[1]}"
            : words[0];
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(verb => Paths(verb, $"{path} {verb.Name}".Trim())).Prepend(path);
}
