using System.Text.RegularExpressions;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>
/// What people see when the output is piped. Numbers, ids and what depends on the model's weights are masked: <c>#</c> is a
/// number, <c>ID</c> an id, <c>FILE</c> a path; runs of spaces and of lines are one.
/// </summary>
public sealed partial class TextOutputTests(EditedHome edited) : IClassFixture<EditedHome>
{
    [Fact]
    public void Edit_shows_before_and_after_and_how_to_take_it_back()
    {
        const string Expected = """
            "The Eiffel Tower is in" was answered with Paris, and is now with Rome.
            Next tokens
            before % after %
            -
            TOKENS
            P(Rome): # % before, # % after
            Paraphrases, which should follow
            prompt before after
            -
            The Eiffel Tower is in the city of Paris Rome follows
            Neighbours, which should keep their answer
            prompt before after
            -
            The Louvre is in Paris Paris kept
            Edit
            rome at layer #, # steps, loss # to #, # s
            kept in FILE
            take it back with: amend revert atlas-gpt ID
            """;

        AssertPlain(edited.Text);
        Assert.Equal(Lines(Expected), Masked(edited.Text));
    }

    [Fact]
    public void Edits_is_a_table_with_one_line_an_edit()
    {
        const string Expected = """
            id state prompt new target before, % after, % made
            -
            ID applied The Eiffel Tower is in Rome # # TIME
            """;

        var text = Run("edits", Facts.Model);

        Assert.Equal(Lines(Expected), Masked(text));
    }

    [Fact]
    public void Show_tells_everything_about_an_edit()
    {
        const string Expected = """
            edit ID, applied, made TIME UTC by amend #
            file FILE
            model atlas-gpt (gpt2), weights ID, no edits before this one
            request "{} is in" with {} = "The Eiffel Tower": Paris to Rome
            probability # % before, # % after
            editor rome at layer #, seed #, # s, converged
            statistics layer #: # keys, file ID
            denominator #
            weight transformer.h.#.mlp.c_proj.weight: rank #, norm #
            """;

        var text = Run("show", Facts.Model, edited.Id[..4]);
        var lines = Masked(text);

        Assert.Equal(Lines(Expected), lines[..9]);
        Assert.Equal("settings layer = #", lines[9]);
        Assert.Contains("v_lr = #", lines);
        Assert.Contains("templates {}", lines);
        Assert.Contains("losses step #: # = # nll + # kl + # weight decay", lines);
    }

    [Fact]
    public void Ask_says_which_edits_answered()
    {
        Assert.EndsWith("The model has 1 edit applied; --at base asks it without.\n", Run("ask", Facts.Model, Facts.TowerPrompt));
        Assert.EndsWith("Asked with no edits; the model has 1 edit applied now.\n", Run("ask", Facts.Model, Facts.TowerPrompt, "--at", "base"));
    }

    [Fact]
    public void Help_names_every_verb_and_comes_without_arguments()
    {
        var help = Run();

        Assert.Equal(help, Run("--help"));
        foreach (var verb in (string[])["demo", "models", "editors", "ask", "edit", "edits", "show", "revert", "stats", "atlas", "doctor"])
            Assert.Matches($@"\n  {verb} .*\S", help);
    }

    [Fact]
    public void The_table_of_editors_fits_in_a_terminal_of_120_columns() =>
        Assert.All(Run("editors").Split('\n'), line => Assert.InRange(line.Length, 0, 120));

    /// <summary>Runs where a build server would have colours on.</summary>
    private string Run(params string[] args)
    {
        var amend = new AmendProcess(edited.Path) { Environment = { ["GITHUB_ACTIONS"] = "true", ["TERM"] = "xterm-256color" } };
        var text = amend.Run(args).Done().Output;
        AssertPlain(text);
        return text;
    }

    private static void AssertPlain(string text)
    {
        Assert.DoesNotContain('\e', text);
        Assert.All(text.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
    }

    private string[] Masked(string text)
    {
        text = text.Replace(edited.EditFile, "FILE").Replace(edited.Id, "ID");
        text = Times().Replace(text, "TIME");
        text = Hashes().Replace(text, "$1 ID");
        text = Numbers().Replace(text, "#");
        text = TokenRows().Replace(text, "TOKENS\n");
        return Lines(Spaces().Replace(Rules().Replace(text, "-"), " "));
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    [GeneratedRegex(@"\d{4}-\d\d-\d\d( \d\d:\d\d)?")]
    private static partial Regex Times();

    [GeneratedRegex(@"(weights|file) [0-9a-f]{12}")]
    private static partial Regex Hashes();

    [GeneratedRegex(@"(?<![\w-])-?\d+(\.\d+)*")]
    private static partial Regex Numbers();

    [GeneratedRegex("( *\"[^\n]*\" +# +\"[^\n]*\" +#\n)+")]
    private static partial Regex TokenRows();

    [GeneratedRegex("─+")]
    private static partial Regex Rules();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
