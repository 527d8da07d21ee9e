using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>A model of a GGUF file through the command line: explained, asked, edited, listed and taken back.</summary>
public sealed class GgufTests : IDisposable
{
    private const string Prompt = "The mother of";
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public GgufTests() => _amend = new AmendTurns(_folder.File("home"));

    private static string Model => GgufFixture.PathOf("qwen2/model-f32.gguf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_doctor_says_what_is_in_a_file_and_what_is_taken_for_what_it_leaves_unsaid()
    {
        var found = _amend.Run("doctor", GgufFixture.PathOf("llama_gqa/model-q4_0.gguf")).Done().Output;

        Assert.Contains("  file           ", found, StringComparison.Ordinal);
        Assert.Contains("  name           Tiny llama gqa", found, StringComparison.Ordinal);
        Assert.Contains("  architecture   llama", found, StringComparison.Ordinal);
        Assert.Contains("  types          Q4_0: 16 (0.0 MB), F32: 5 (0.0 MB)", found, StringComparison.Ordinal);
        Assert.Contains("  tokenizer      420 pieces of the kind llama, words by the rules default", found, StringComparison.Ordinal);
        Assert.Contains("assumed: Sliding windows, as of Mistral's first model, are not in such files", found, StringComparison.Ordinal);
        Assert.EndsWith("Nothing is wrong with it.\n", found, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_told_once()
    {
        File.WriteAllText(_folder.File("bad.gguf"), "GGUX and some more bytes than a header has");

        var run = _amend.Run("doctor", _folder.File("bad.gguf"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("  file ", run.Output, StringComparison.Ordinal);
        Assert.Contains("wrong: Cannot read", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n1 problem.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fact_is_edited_listed_and_taken_back_and_the_edit_is_the_folders_too()
    {
        var before = _amend.Run("ask", Model, Prompt, "--json").Json();
        Assert.Equal("model-f32", before.GetProperty("model").GetString());

        _amend.Run("edit", Model, "--prompt", "The {} of", "--subject", "mother", "--target-new", "a", "--stats", "identity", "--layer", "0", "--anyway").Done();

        var edited = _amend.Run("ask", Model, Prompt, "--json").Json();
        Assert.NotEqual(before.GetProperty("top").GetRawText(), edited.GetProperty("top").GetRawText());
        Assert.Equal(edited.GetProperty("top").GetRawText(), _amend.Run("ask", GgufFixture.PathOf("qwen2/hf"), Prompt, "--json").Json().GetProperty("top").GetRawText());
        var edit = Assert.Single(_amend.Run("edits", Model, "--json").Json().GetProperty("edits").EnumerateArray()).GetProperty("id").GetString()!;
        _amend.Run("revert", Model, edit).Done();
        Assert.Equal(before.GetProperty("top").GetRawText(), _amend.Run("ask", Model, Prompt, "--json").Json().GetProperty("top").GetRawText());
        var none = _amend.Run("stats", "show", Model);
        Assert.Equal(2, none.ExitCode);
        Assert.StartsWith("amend: There are no statistics of 'model-f32' at any of its 2 layers", none.Error, StringComparison.Ordinal);
    }
}
