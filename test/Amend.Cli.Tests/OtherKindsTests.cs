using System.Text.Json;
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
        Assert.False(answer.TryGetProperty("completion", out _) || answer.TryGetProperty("top", out _) || answer.TryGetProperty("masks", out _));
        Assert.Matches(@"\AThe cat sat\n\n *label +%\n *─+.*\n *LABEL_\d +\d+\.\d\n *LABEL_\d +\d+\.\d\n *LABEL_\d +\d+\.\d\n\nThe model has no edits applied\.\n\z", text);
    }

    [Fact]
    public void Ask_shows_the_answer_of_an_encoder_decoder()
    {
        var answer = Amend("ask", Model("bart"), "The cat sat", "--tokens", "3", "--json").Json();

        Assert.Equal(JsonValueKind.String, answer.GetProperty("completion").ValueKind);
        Assert.False(answer.TryGetProperty("labels", out _) || answer.TryGetProperty("top", out _));
    }

    [Fact]
    public void Ask_tells_how_a_mask_is_written() =>
        AssertRefused(Amend("ask", Model("bert_mlm"), "The cat sat"), "'bert_mlm' is BertForMaskedLM and fills masks, but 'The cat sat' has none; write [MASK] where it should put a word.");

    [Fact]
    public void Editing_is_refused_before_anything_is_asked() => AssertRefused(
        Amend("edit", Model("roberta_classification"), "--prompt", "{} sat", "--subject", "The cat", "--target-new", "down"),
        "rome needs a causal decoder; 'roberta_classification' is RobertaForSequenceClassification.");

    [Fact]
    public void Evaluation_is_refused() => AssertRefused(
        Amend("eval", "atlas-counterfact", "--model", Model("bart"), "--cases", "1"),
        "eval needs a causal decoder; 'bart' is BartForConditionalGeneration.");

    private static void AssertRefused(AmendRun run, string sentence)
    {
        Assert.Equal($"amend: {sentence}\n", run.Error);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
    }

    private AmendRun Amend(params string[] args) => new AmendProcess(_folder.File("home")).Run(args);

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
