using System.Text.Json;
using System.Xml.Linq;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>A model with its edits is asked and held against a gate, on the command line.</summary>
public sealed class CheckTests : IDisposable
{
    private const string Model = Facts.Model;
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public CheckTests() => _amend = new AmendTurns(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_gate_passes_or_refuses_with_its_own_exit_code_and_an_export_heeds_it()
    {
        _amend.Run([.. Facts.Tower, "--target-new", "Rome", .. Facts.TowerChecks]).Done();
        var good = _folder.Write("good.yaml", "plain: { prompts: 1 }\nfree: { prompts: 1 }\nperplexity: 1.1\n"u8.ToArray());
        var bad = _folder.Write("bad.yaml", "plain: { prompts: 1 }\nchat: { prompts: 1 }\nperplexity: 0.5\n"u8.ToArray());

        var passed = _amend.Run("check", Model, "--gate", good, "--junit", _folder.File("good.xml"), "--markdown", _folder.File("good.md"));
        var refused = _amend.Run("check", Model, "--gate", bad, "--junit", _folder.File("bad.xml"), "--json");
        var unwritten = _amend.Run("export", Model, "--to", "lora", "--out", _folder.File("refused"), "--gate", bad);
        var written = _amend.Run("export", Model, "--to", "lora", "--out", _folder.File("adapter"), "--gate", good, "--verify");

        Assert.Equal(0, passed.ExitCode);
        Assert.Matches(@"plain\.prompts +1 \(1 of 1\) +at least 1 +holds", passed.Output);
        Assert.Equal(["0", "2"], new[] { "good.xml", "bad.xml" }.Select(
            file => XDocument.Load(_folder.File(file)).Root!.Attribute("failures")!.Value));
        Assert.Contains("The gate `good.yaml` passes it.", File.ReadAllText(_folder.File("good.md")), StringComparison.Ordinal);
        Assert.Equal(3, refused.ExitCode);
        using var printed = JsonDocument.Parse(refused.Output);
        Assert.False(printed.RootElement.GetProperty("gate").GetProperty("passes").GetBoolean());
        var sentence = refused.Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("amend: The gate 'bad.yaml' refuses 'atlas-gpt' with 1 edit: chat.prompts was not measured", sentence, StringComparison.Ordinal);
        Assert.Equal(3, unwritten.ExitCode);
        Assert.False(Path.Exists(_folder.File("refused")));
        Assert.Equal(0, written.ExitCode);
        Assert.True(File.Exists(Path.Combine(_folder.File("adapter"), "adapter_model.safetensors")));
    }

    public static TheoryData<string, int, string> Wrong => new()
    {
        { "check MODEL", 2, "no edit is applied there" },
        { "check NOTHING", 2, "NOTHING" },
        { "check MODEL --gate NOTHING", 2, "The file 'NOTHING' does not exist" },
        { "check MODEL --gate EMPTY", 2, "has no criterion" },
        { "check MODEL --edits abc", 2, "There is no edit 'abc'" },
        { "check MODEL --fixed-text NOTHING", 2, "The file 'NOTHING' does not exist" },
        { "check MODEL --probe NOTHING", 2, "There is no suite 'NOTHING'" },
        { "export MODEL --to lora --out OUT --probe abilities", 1, "--probe was given without --gate or --verify" },
        { "export MODEL --to lora --out OUT --fixed-text EMPTY", 1, "--fixed-text was given without --gate or --verify" },
        { "export MODEL --to lora --out OUT --verify", 2, "no edit is applied there" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_use_is_one_sentence_and_leaves_nothing(string line, int code, string says)
    {
        var empty = _folder.Write("empty.yaml", []);
        var run = _amend.Run(
        [
            .. line.Split(' ').Select(word => word switch { "MODEL" => Model, "EMPTY" => empty, "OUT" => _folder.File("out"), _ => word }),
        ]);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Path.Exists(_folder.File("out")));
    }
}
