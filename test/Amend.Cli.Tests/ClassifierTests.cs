using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary><c>amend train classifier</c> as users type it, on a base of a few words.</summary>
public sealed class ClassifierTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public ClassifierTests()
    {
        _amend = new AmendTurns(_folder.File("home"));
        TinyBert.WriteBase(_folder.File("base"));
        Write("train.csv", 64, seed: 1);
        Write("valid.csv", 40, seed: 2);
    }

    public static TheoryData<string> WrongUses => [.. Wrong.Keys];

    private static Dictionary<string, (int Code, string Says, Func<ClassifierTests, string[]> Args)> Wrong => new()
    {
        ["no model of that name"] = (2, "'nowhere'", t => t.With("--model", "nowhere")),
        ["a base that is a decoder"] = (2, "cannot be given a classifier's head", t => t.With("--model", Facts.Model)),
        ["no data file"] = (2, "none.csv", t => t.With("--data", "labelled:none.csv")),
        ["a form that is not known"] = (2, "'labeled'", t => t.With("--data", "labeled:x.csv")),
        ["data without labels"] = (2, "no text with a label", t => t.With("--data", "atlas-counterfact")),
        ["data of one label"] = (2, "1 label (wet)", t => t.Data("text,label\nsea,wet\nfog,wet\n", "text,label\nrain,wet\n")),
        ["an empty file"] = (2, "is empty", t => t.Data("", "text,label\nrain,wet\n")),
        ["validation without texts"] = (2, "0 to validate on", t => t.Data("text,label\nsea,wet\nsand,dry\n", "text,label\n")),
        ["validation of another label"] = (2, "'damp'", t => t.Data("text,label\nsea,wet\nsand,dry\n", "text,label\nrain,damp\n")),
        ["a broken row"] = (2, "row 3", t => t.Data("text,label\nsea,wet\nsand\n", "text,label\nrain,wet\n")),
        ["one label asked"] = (2, "1 label (SUPPORTS)", t => t.With("--labels", "SUPPORTS")),
        ["a label that no text has"] = (2, "'MAYBE'", t => t.With("--labels", "REFUTES,SUPPORTS,MAYBE")),
        ["a layer that is not there"] = (2, "give each of 0 to 1", t => t.With("--layers", "1,2")),
        ["layers that are none"] = (1, "--layers 'first'", t => t.With("--layers", "first")),
        ["no steps"] = (2, "0 steps", t => t.With("--steps", "0")),
        ["a folder with another model"] = (2, "holds 'config.json'", t => t.With("--out", t._folder.File("base"))),
        ["a folder that is a file"] = (2, "is a file", t => t.With("--out", t._folder.File("train.csv"))),
        ["a folder that cannot be made"] = (2, "Cannot train", t => t.With("--out", t._folder.File("train.csv/out"))),
        ["a resumption of nothing"] = (2, "--resume was asked", t => [.. t.Command("out"), "--resume"]),
        ["half precision"] = (2, "float32", t => t.With("--dtype", "bf16")),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_classifier_is_trained_and_answers()
    {
        var run = _amend.Run(Command("out", "--steps", "100")).Done();

        Assert.StartsWith("accuracy ", run.Output);
        Assert.Contains("as SUPPORTS", run.Output);
        Assert.Contains("validation: ", run.Error);
        var answer = _amend.Run("ask", _folder.File("out"), "the red ship was old", "--json").Done();
        using var said = JsonDocument.Parse(answer.Output);
        Assert.Equal("SUPPORTS", said.RootElement.GetProperty("labels")[0].GetProperty("label").GetString());
    }

    [Fact]
    public void The_JSON_has_the_figures_of_each_label_and_the_curve()
    {
        var run = _amend.Run([.. Command("out", "--steps", "12"), "--json"]).Done();

        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        Assert.Equal((64, 40), (root.GetProperty("texts").GetInt32(), root.GetProperty("validation_texts").GetInt32()));
        Assert.Equal(40, root.GetProperty("labels").EnumerateArray().Sum(label => label.GetProperty("texts").GetInt32()));
        Assert.Equal(12, root.GetProperty("curve").GetProperty("steps").GetInt32());
        Assert.Equal(_folder.File("out"), root.GetProperty("folder").GetString());
    }

    [Fact]
    public void A_training_that_is_killed_goes_on_to_the_same_weights()
    {
        string[] Of(string name) => Command(name, "--steps", "600");
        _amend.Run(Of("whole")).Done();
        using (var process = new AmendProcess(_folder.File("home")).Start(Of("killed")))
        {
            var checkpoint = _folder.File("killed/.training/checkpoint.safetensors");
            Assert.True(SpinWait.SpinUntil(() => process.HasExited || File.Exists(checkpoint), Patience), "No checkpoint in a minute.");
            Assert.False(process.HasExited, "The training ended before it could be killed.");
            process.Kill();
            process.WaitForExit();
        }

        Assert.False(File.Exists(_folder.File("killed/model.safetensors")));
        _amend.Run([.. Of("killed"), "--resume"]).Done();

        Assert.Equal(Weights("whole"), Weights("killed"));
    }

    [Theory]
    [MemberData(nameof(WrongUses))]
    public void A_wrong_use_gets_one_sentence_and_changes_nothing(string name)
    {
        var (code, says, args) = Wrong[name];
        var given = args(this);
        var before = FolderState.Of(_folder.Path);

        var run = _amend.Run(given);

        Assert.Matches(@"\Aamend: \S[^\n]*[.!?]\n\z", run.Error);
        Assert.Contains(says, run.Error);
        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Equal(before, FolderState.Of(_folder.Path).Where(entry => !entry.StartsWith("home", StringComparison.Ordinal)));
    }

    private string[] Command(string name, params string[] more) =>
    [
        "train", "classifier", "--model", _folder.File("base"), "--data", Labelled("train.csv"), "--valid", Labelled("valid.csv"),
        "--out", _folder.File(name), "--batch", "16", "--lr", "5e-3", "--warm-up", "5", .. more,
    ];

    /// <summary>The command with another value of an option.</summary>
    private string[] With(string option, string value)
    {
        var command = Command("out").ToList();
        var at = command.IndexOf(option);
        if (at >= 0)
            command.RemoveRange(at, 2);
        return [.. command, option, value];
    }

    private string[] Data(string train, string validation)
    {
        File.WriteAllText(_folder.File("train.csv"), train);
        File.WriteAllText(_folder.File("valid.csv"), validation);
        return Command("out");
    }

    private string Labelled(string file) => $"labelled:{_folder.File(file)}";

    private void Write(string file, int count, int seed) => File.WriteAllLines(
        _folder.File(file),
        TinyBert.Claims(count, seed).Select(claim => $"{claim.Text},{(claim.Label == 1 ? "SUPPORTS" : "REFUTES")}").Prepend("text,label"));

    private byte[] Weights(string name) => File.ReadAllBytes(_folder.File(Path.Combine(name, "model.safetensors")));
}
