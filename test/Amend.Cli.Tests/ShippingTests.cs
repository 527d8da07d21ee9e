using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>Edits leave the house through the command line, and come in again elsewhere.</summary>
public sealed class ShippingTests : IDisposable
{
    private const string Model = Facts.Model;
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public ShippingTests() => _amend = new AmendTurns(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_edit_is_shipped_as_an_adapter_imported_in_another_home_and_taken_back()
    {
        _amend.Run([.. Facts.Tower, "--target-new", "Rome"]).Done();
        var edited = Top(_amend, Model);
        _amend.Run("export", Model, "--to", "lora", "--out", _folder.File("adapter")).Done();
        _amend.Run("export", Model, "--to", "hf", "--out-dtype", "fp32", "--out", _folder.File("whole")).Done();
        var other = new AmendTurns(_folder.File("other"));
        var before = Top(other, Model);

        other.Run("import", Model, _folder.File("adapter")).Done();

        Assert.Equal("Rome", edited);
        Assert.Equal("Rome", Top(other, Model));
        Assert.Equal("Rome", Top(other, _folder.File("whole")));
        var listed = Assert.Single(other.Run("edits", Model, "--json").Json().GetProperty("edits").EnumerateArray());
        Assert.Equal("peft", listed.GetProperty("editor").GetString());
        Assert.Contains("  imported   adapter (peft)", other.Run("show", Model, listed.GetProperty("id").GetString()!).Done().Output, StringComparison.Ordinal);
        other.Run("revert", Model, listed.GetProperty("id").GetString()!).Done();
        Assert.Equal(before, Top(other, Model));
    }

    public static TheoryData<string, int, string> Wrong => new()
    {
        { "export MODEL --to lor --out OUT", 2, "did you mean lora?" },
        { "export MODEL --to lora", 1, "--out" },
        { "export MODEL --to lora --out OUT", 2, "no edit is applied there" },
        { "export MODEL --to lora --out OUT --edits abc", 2, "There is no edit 'abc'" },
        { "export MODEL --to lora --out OUT --edits @abc", 2, "There is no edit 'abc'" },
        { "export MODEL --to lora --out OUT --edits=", 1, "--edits" },
        { "audit MODEL NOTHING", 2, "NOTHING" },
        { "audit MODEL atlas-bert", 2, "is of the family gpt2 and 'atlas-bert' of bert" },
        { "export MODEL --to lora --out OUT --rank 0", 1, "give a count of at least 1" },
        { "export MODEL --to lora --out OUT --out-dtype int8", 2, "known: fp32, fp16, bf16" },
        { "export NOTHING --to lora --out OUT", 2, "NOTHING" },
        { "import MODEL NOTHING", 2, "There is nothing at 'NOTHING'" },
        { "import MODEL", 1, "PATH" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_use_is_one_sentence_and_leaves_nothing(string line, int code, string says)
    {
        var run = _amend.Run(line.Replace("MODEL", Model, StringComparison.Ordinal).Replace("OUT", _folder.File("out"), StringComparison.Ordinal).Split(' '));

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Path.Exists(_folder.File("out")));
    }

    private static string Top(AmendTurns amend, string model) =>
        amend.Run("ask", model, Facts.TowerPrompt, "--tokens", "1", "--top", "1", "--json").Json().GetProperty("completion").GetString()!.Trim();
}
