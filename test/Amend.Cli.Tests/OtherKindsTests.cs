using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>What <c>amend</c> does with models that are no causal decoders: it shows what they say, and refuses what they cannot.</summary>
public sealed class OtherKindsTests : IDisposable
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,'";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ask_shows_the_labels_of_a_classifier()
    {
        var model = Model("roberta_classification");

        var text = Amend("ask", model, "The cat sat").Done().Output;
        var answer = Amend("ask", model, "The cat sat", "--json").Json();

        var labels = answer.GetProperty("labels").EnumerateArray().ToList();
        Assert.Equal(3, labels.Count);
        Assert.Equal(1, labels.Sum(label => label.GetProperty("probability").GetDouble()), 1e-5);
        Assert.All(["completion", "top", "masks"], name => Assert.Equal(JsonValueKind.Null, answer.GetProperty(name).ValueKind));
        Assert.Matches(@"\AThe cat sat\n\n *label +%\n *─+.*\n *LABEL_\d +\d+\.\d\n *LABEL_\d +\d+\.\d\n *LABEL_\d +\d+\.\d\n\nThe model has no edits applied\.\n\z", text);
    }

    [Fact]
    public void Ask_shows_the_answer_of_an_encoder_decoder()
    {
        var answer = Amend("ask", Model("bart"), "The cat sat", "--tokens", "3", "--json").Json();

        Assert.Equal(JsonValueKind.String, answer.GetProperty("completion").ValueKind);
        Assert.All(["labels", "top"], name => Assert.Equal(JsonValueKind.Null, answer.GetProperty(name).ValueKind));
    }

    [Fact]
    public void Ask_tells_how_a_mask_is_written() =>
        AssertRefused(Amend("ask", Model("bert_mlm"), "The cat sat"), "'bert_mlm' is BertForMaskedLM and fills masks, but 'The cat sat' has none; write [MASK] where it should put a word.");

    [Fact]
    public void Editing_is_refused_before_anything_is_asked() => AssertRefused(
        Amend("edit", Model("roberta_classification"), "--prompt", "{} sat", "--subject", "The cat", "--target-new", "down"),
        "rome needs a causal decoder; 'roberta_classification' is RobertaForSequenceClassification.");

    [Fact]
    public void The_tour_is_refused() => AssertRefused(
        Amend("demo", "--model", Model("bert_mlm")), "The tour needs a causal decoder; 'bert_mlm' is BertForMaskedLM.");

    [Fact]
    public void Evaluation_of_what_has_no_targets_is_refused() => AssertRefused(
        Amend("eval", "atlas-counterfact", "--model", Model("bert_mlm"), "--cases", "1"),
        "eval needs a causal decoder, an encoder-decoder or a classifier; 'bert_mlm' is BertForMaskedLM.");

    [Fact]
    public void A_classifier_is_edited_by_its_label_without_a_subject_and_reverted()
    {
        var model = Model("roberta_classification");
        string Likeliest() => Amend("ask", model, "The cat sat", "--json").Json().GetProperty("labels")[0].GetProperty("label").GetString()!;
        var before = Likeliest();
        var wanted = before == "LABEL_0" ? "LABEL_1" : "LABEL_0";

        string[] edit = ["--editor", "ft", "--layer", "1", "--set", "lr=1e-2", "--prompt", "The cat sat", "--target-new", wanted];
        var id = Amend(["edit", model, .. edit, "--json"]).Json().GetProperty("edits")[0].GetProperty("id").GetString()!;

        Assert.Equal(wanted, Likeliest());
        Amend("revert", model, id).Done();
        Assert.Equal(before, Likeliest());
    }

    [Fact]
    public void Evaluation_of_an_encoder_decoder_on_zsRE_gives_figures()
    {
        var data = _folder.File("zsre.json");
        File.WriteAllText(data, """
            [{ "subject": "Orion", "src": "Who leads Orion", "pred": "Ann", "rephrase": "Orion is led by", "alt": "Tom", "answers": ["Ann"],
               "loc": "who sings", "loc_ans": "The Larks", "cond": "x" }]
            """);

        var rows = Eval($"zsre:{data}", Model("t5_v11_gated"), "tf.exact,tf.token_acc,gen.exact,loc.agree");

        Assert.Equal((0, 100), (Figure(rows["none"], "tf.exact"), Figure(rows["ft"], "tf.exact")));
        Assert.All(["tf.token_acc", "gen.exact", "loc.agree"], id => Assert.InRange(Figure(rows["ft"], id), 0, 100));
    }

    [Fact]
    public void Evaluation_of_a_classifier_on_FEVER_gives_figures()
    {
        var data = _folder.File("fever.jsonl");
        File.WriteAllText(data, """
            {"id": "a", "input": "Ada is a pilot.", "output": [{"answer": "SUPPORTS"}], "prediction": "SUPPORTS", "alternatives": ["REFUTES"], "filtered_rephrases": ["Ada flies planes.", "Ada is a pilot", "Ada is the pilot.", "Ada is one pilot.", "So Ada is a pilot."]}
            """);
        var model = Model("bert_classification");
        Rename(model, "SUPPORTS", "REFUTES");

        var rows = Eval($"fever:{data}", model, "tf.exact,tf.exact.paraphrase,gen.exact");

        Assert.Equal((0, 100), (Figure(rows["none"], "tf.exact"), Figure(rows["ft"], "tf.exact")));
        Assert.Equal(100, Figure(rows["ft"], "gen.exact"));
        Assert.All(rows.Values, row => Assert.InRange(Figure(row, "tf.exact.paraphrase"), 0, 100));
    }

    [Fact]
    public void Where_texts_are_labelled_the_figures_are_KnowledgeEditors_and_the_logits_are_drawn()
    {
        var (data, run) = (_folder.File("fever.jsonl"), _folder.File("run"));
        string[] claims = ["Ada is a pilot.", "Bob sings.", "Cy is in Rome.", "Dan has no dog."];
        File.WriteAllLines(data, claims.Select((claim, id) => $$"""{"id": {{id}}, "claim": "{{claim}}", "label": "{{(id == 3 ? "NOT ENOUGH INFO" : "SUPPORTS")}}"}"""));
        var model = Model("bert_classification");
        Rename(model, "REFUTES", "SUPPORTS");

        var report = Amend("eval", $"fever:{data}", "--model", model, "--editors", "none,ft", "--set", "lr=1e-2", "--retain", "all", "--out", run, "--json").Json();
        var text = Amend("eval", $"fever:{data}", "--model", model, "--editors", "none,ft", "--set", "lr=1e-2", "--retain", "all", "--out", run).Done().Output;

        var rows = report.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("editor").GetString()!);
        Assert.Equal((0, 100), (Figure(rows["none"], "ke.success"), Figure(rows["ft"], "ke.success")));
        Assert.Equal((100, 0), (Figure(rows["none"], "ke.retain"), Figure(rows["none"], "ke.deterioration")));
        Assert.InRange(Figure(rows["ft"], "ke.retain"), 0, 100);
        Assert.Equal(["logits.png", "logits.svg"], Directory.GetFiles(run, "logits.*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("No case has what these need: ke.equivalence, ke.equivalence.target.", text, StringComparison.Ordinal);
        Assert.Contains("1 case was left out because 'bert_classification' has no label NOT ENOUGH INFO.", text, StringComparison.Ordinal);
    }

    private static void AssertRefused(AmendRun run, string sentence)
    {
        Assert.Equal($"amend: {sentence}\n", run.Error);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
    }

    private AmendRun Amend(params string[] args) => new AmendTurns(_folder.File("home")).Run(args);

    private Dictionary<string, JsonElement> Eval(string data, string model, string metrics) => Amend(
            "eval", data, "--model", model, "--editors", "none,ft", "--layer", "1", "--set", "lr=1e-2", "--set", "num_steps=100", "--metrics", metrics, "--json")
        .Json().GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("editor").GetString()!);

    private static double Figure(JsonElement row, string id) => row.GetProperty("metrics").GetProperty(id).GetProperty("value").GetDouble();

    /// <summary>Gives the labels of a classifier other names.</summary>
    private static void Rename(string model, params string[] labels)
    {
        var path = Path.Combine(model, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config["id2label"] = new JsonObject(labels.Index().Select(label => KeyValuePair.Create<string, JsonNode?>($"{label.Index}", label.Item)));
        File.WriteAllText(path, config.ToJsonString());
    }

    /// <summary>A golden model with a tokenizer of letters.</summary>
    private string Model(string name)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        var golden = GoldenCases.At($"families/{name}")[0];
        foreach (var file in new[] { "config.json", "model.safetensors" })
            File.Copy(golden.File(file), Path.Combine(folder, file));
        string[] pieces = ["<s>", "<pad>", "</s>", "Ġ", .. Letters.Select(letter => $"{letter}")];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index)));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
        return folder;
    }
}
