using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests.CommandLine;

/// <summary>What is written on the command line is what is taken.</summary>
public sealed class LiteralArgumentsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every option of every verb that is a real number, as the words that give it.</summary>
    public static TheoryData<string> RealNumbers => [.. Options(AmendApp.Root(), []).Where(one => IsReal(one.Option)).Select(one => string.Join(' ', [.. one.Path, one.Option.Name]))];

    [Theory]
    [InlineData("@Porto is in")]
    [InlineData("-hello Porto is in")]
    [InlineData("/h")]
    [InlineData("[suggest]")]
    public void A_prompt_is_text_whatever_it_begins_with(string prompt)
    {
        var answer = Amend("ask", Facts.Model, prompt, "--tokens", "1", "--json").Json();

        Assert.Equal(prompt, answer.GetProperty("prompt").GetString());
    }

    [Theory]
    [InlineData("--tokens")]
    [InlineData("--json")]
    [InlineData("-h")]
    [InlineData("@file")]
    public void What_follows_two_dashes_is_text(string prompt) =>
        Assert.Equal(prompt, Amend("ask", Facts.Model, "--tokens", "1", "--json", "--", prompt).Json().GetProperty("prompt").GetString());

    [Fact]
    public void A_file_of_the_name_behind_an_at_sign_is_not_read()
    {
        var file = _folder.Write("subject", "--anyway"u8.ToArray());

        var edit = Amend("edit", Facts.Model, "--prompt", "{} is in", "--subject", "@" + file, "--target-new", "Rome", "--editor", "ft", "--set", "num_steps=1", "--json").Json();

        Assert.Contains("@" + file, edit.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RealNumbers))]
    public void A_number_with_a_comma_is_refused_and_never_ten_times_as_much(string option)
    {
        foreach (var wrong in (string[])["0,5", "1,000", "1e999", "NaN", "0.5x", ""])
        {
            var parsed = AmendApp.Root().Parse([.. option.Split(' '), wrong], LiteralArguments.Parsing);

            Assert.Contains(parsed.Errors, error => error.Message == $"'{wrong}' is no number.");
        }
    }

    [Theory]
    [InlineData("ask", "atlas-gpt", "x", "--temperature", "0,7")]
    [InlineData("edit", "atlas-gpt", "--prompt", "{} is in", "--subject", "Porto", "--target-new", "Rome", "--set", "v_lr=0,7")]
    [InlineData("edit", "atlas-gpt", "--prompt", "{} is in", "--subject", "Porto", "--target-new", "Rome", "--post", "rect:0;7")]
    [InlineData("edit", "atlas-gpt", "--prompt", "{} is in", "--subject", "Porto", "--target-new", "Rome", "--guard", "write=0;7")]
    [InlineData("trace", "atlas-gpt", "--prompt", "Porto is in", "--subject", "Porto", "--noise", "0,7")]
    [InlineData("ask", "atlas-gpt", "x", "--device", "cuda:1,0")]
    public void Numbers_inside_of_settings_are_refused_by_what_was_given(params string[] args)
    {
        var run = Amend(args);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(args[^1].Split('=', ':')[^1], run.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<(string[] Path, Option Option)> Options(Command command, string[] path) =>
        [
            .. command.Options.Select(option => (path, option)),
            .. command.Subcommands.SelectMany(verb => Options(verb, [.. path, verb.Name])),
        ];

    private static bool IsReal(Option option) => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) == typeof(double);

    private AmendRun Amend(params string[] args) => new AmendTurns(_folder.File("home")).Run(args);
}
