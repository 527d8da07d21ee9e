using System.Text.Json.Nodes;
using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

/// <summary>Ten ways a form to break its first record: what is put where (nothing removes it), and the field that must be named.</summary>
public sealed class BrokenRecordTests : IDisposable
{
    private const string Rewrite = "requested_rewrite";

    private static readonly string[] CounterFact =
    [
        "case_id=", "case_id=[]", $"{Rewrite}=", $"{Rewrite}.prompt=\"Lies in\"", $"{Rewrite}.subject=\" \"", $"{Rewrite}.target_new=\"Asia\"",
        $"{Rewrite}.target_true.str=", "paraphrase_prompts={}", "neighborhood_prompts.0=3", "generation_prompts.0=\"\"",
    ];

    private static readonly string[] Zsre =
    [
        "subject=", "subject=\"Nobody\"", "src=7", "src=\"\"", "rephrase=", "rephrase=[]", "answers=", "answers=[]", "loc={}", "loc_ans=",
    ];

    private static readonly Dictionary<string, string[]> Ways = new()
    {
        ["amend"] =
        [
            "id=", "id=4", "id=\"\"", "requests={}", "requests.0.prompt=", "requests.0.prompt=\"nowhere\"", "requests.0.subject=3",
            "paraphrases.0=null", "neighborhood.0.answers.1={}", "reqests=[]",
        ],
        ["counterfact"] = CounterFact,
        ["multi_counterfact"] = CounterFact,
        ["counterfact-easyedit"] =
        [
            "case_id=", "prompt=", "prompt=\"Somewhere is\"", "subject=\"\"", "subject=null", "target_new=[]", "ground_truth=",
            "rephrase_prompt=5", "locality_prompt=", "locality_ground_truth=\" \"",
        ],
        ["known"] =
        [
            "known_id=", "known_id=true", "subject=", "subject=\"\"", "subject=\"Nowhere\"", "attribute=", "attribute=true", "prompt=", "prompt=[]", "relation_id=30",
        ],
        ["zsre"] = Zsre,
        ["zsre-alt"] = [.. Zsre[..6], "alt=", "alt=[]", "answers.0={}", "portability.New Answer="],
        ["zsre-decao"] =
        [
            "input=", "input=\"\"", "prediction=", "alternatives=", "alternatives={}", "filtered_rephrases=", "filtered_rephrases.0=\"\"",
            "output=", "output=[]", "meta=\"x\"",
        ],
        ["knowedit"] =
        [
            "subject=", "subject=\"Nobody\"", "prompt=", "target_new=", "target_new=[]", "ground_truth={}", "locality=3",
            "locality.Relation_Specificity.0.prompt=", "portability.Reasoning.0.ground_truth.0=[]", "locality_prompt=\"x\"",
        ],
        ["wikibigedit"] =
        [
            "subject=", "subject=\"Nobody\"", "update=", "update=3", "ans=", "ans=\" \"", "rephrase={}", "loc_ans=", "mhop=3", "mhop_ans=null",
        ],
        ["mquake"] =
        [
            "case_id=", $"{Rewrite}=[]", $"{Rewrite}.0.prompt=\"{{}} and {{}}\"", $"{Rewrite}.1.target_new.str={{}}", "questions=", "questions=[]",
            "answer=", "new_answer=\"\"", "new_answer_alias=true", "single_hops.0.question=",
        ],
        ["rippleedits"] =
        [
            "edit=", "edit.prompt=", "edit.prompt=\"Nothing.\"", "edit.subject_id=", "edit.relation=", "Relation_Specificity=3",
            "Relation_Specificity.0.test_condition=\"XOR\"", "Relation_Specificity.0.test_queries=[]",
            "Relation_Specificity.0.test_queries.0.answers=", "Compositionality_I.0.condition_queries.0.answers.0.value=",
        ],
        ["fever"] =
        [
            "id=", "id=[]", "id=\"\"", "claim=", "claim=\"\"", "claim=2", "label=", "label=\"MAYBE\"", "label=1", "filtered_rephrases=1",
        ],
        ["fever-rephrased"] =
        [
            "id=", "id=[]", "id=\"\"", "claim=", "claim=\"\"", "claim=2", "label=", "label=\"MAYBE\"", "label=1", "filtered_rephrases=1",
        ],
        ["scotus"] =
        [
            "text=", "text=\" \"", "text=[]", "label=", "label=13", "label=-1", "label=\"0\"", "label=1.5", "label={}", "id={}",
        ],
        ["qa"] =
        [
            "question=", "question=\" \"", "question=3", "question=[]", "question=null", "answers=", "answers=\"\"", "answers=true", "answers=[]",
            "answers={}",
        ],
        ["labelled"] =
        [
            "text=", "text=\" \"", "text=3", "text=[]", "text=null", "label=", "label=\"\"", "label=true", "label=[]", "label={}",
        ],
    };

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (format, way) in Ways.SelectMany(format => format.Value.Select(way => (format.Key, way))))
                cases.Add(format, way);
            return cases;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_broken_record_is_one_sentence_with_file_record_and_field(string format, string way)
    {
        var good = DatasetFixtures.Records(format)[0];
        var path = _folder.File("broken.json");
        File.WriteAllText(path, $"[{good}, {Broken(good, way)}]");

        var error = Assert.Throws<AmendException>(() => BuiltInDatasets.Find(format).Read(path, new()).Count());

        Assert.StartsWith($"'{path}', record 2: field ", error.Message);
        Assert.Contains(way.Split('=')[0].Split('.').Last(part => !int.TryParse(part, out _)), error.Message);
        Assert.EndsWith("; correct the record, or skip bad records.", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain(". ", error.Message.Replace(path, ""));
    }

    [Fact]
    public void Every_form_is_broken_in_ten_ways()
    {
        Assert.Equal(
            BuiltInDatasets.All.Select(dataset => dataset.Name).Order(StringComparer.Ordinal), Ways.Keys.Order(StringComparer.Ordinal));
        Assert.All(Ways.Values, ways => Assert.Equal(10, ways.Distinct().Count()));
    }

    private static string Broken(string record, string way)
    {
        var equals = way.IndexOf('=');
        var steps = way[..equals].Split('.');
        var root = JsonNode.Parse(record)!;
        var parent = steps[..^1].Aggregate(root, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        var value = way[(equals + 1)..];
        if (int.TryParse(steps[^1], out var at))
            parent[at] = JsonNode.Parse(value);
        else if (value.Length == 0)
            Assert.True(parent.AsObject().Remove(steps[^1]));
        else
            parent[steps[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }
}
