using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>The facts of a data set, edited by one command.</summary>
public sealed class ManyEditsTests : IDisposable
{
    private static readonly string[] Suite = ["edit", Facts.Model, "--requests", "atlas-counterfact"];
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public ManyEditsTests() => _amend = new AmendTurns(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_batch_editor_makes_one_edit_of_them_which_is_one_to_take_back()
    {
        var made = _amend.Run([.. Suite, "--cases", "5", "--offset", "20", "--editor", "memit", "--post", "norm-anchor:2"]).Done().Output;

        Assert.Matches(@"[345] of 5 prompts give the new object, 0 did before; \d+ of 10 paraphrases follow\.", made);
        Assert.DoesNotContain("in turn", made, StringComparison.Ordinal);
        var row = Assert.Single(Json("edits", Facts.Model).GetProperty("edits").EnumerateArray());
        Assert.Equal(4, row.GetProperty("together_with").GetInt32());
        var record = Json("show", Facts.Model, row.GetProperty("id").GetString()!).GetProperty("record");
        Assert.Equal("norm-anchor:2", record.GetProperty("settings").GetProperty("post").GetString());
        Assert.Equal(4, record.GetProperty("together_with").GetArrayLength());
        Assert.Matches(@"\(and 4 more\)", _amend.Run("edits", Facts.Model).Done().Output);
    }

    [Fact]
    public void An_editor_of_single_facts_makes_them_in_turn_where_that_is_asked_and_a_second_run_supersedes_them()
    {
        string[] two = [.. Suite, "--cases", "2", "--in-turn"];
        var made = Json(two);

        Assert.Equal(2, made.GetProperty("edits").GetArrayLength());
        var outcomes = made.GetProperty("check").GetProperty("requests").EnumerateArray().ToList();
        Assert.All(outcomes, outcome => Assert.True(outcome.GetProperty("gives_target").GetBoolean() && !outcome.GetProperty("gave_target").GetBoolean()));
        var first = Ids(made.GetProperty("edits"));

        var again = _amend.Run([.. two, "--anyway", "--replace", "--json"]);

        Assert.Contains("which were taken back first", again.Error, StringComparison.Ordinal);
        Assert.Equal(first, again.Json().GetProperty("edits").EnumerateArray().SelectMany(edit => edit.GetProperty("record").GetProperty("supersedes").EnumerateArray().Select(id => id.GetString())));
        Assert.Equal(["reverted", "reverted", "applied", "applied"], Json("edits", Facts.Model).GetProperty("edits").EnumerateArray().Select(row => row.GetProperty("state").GetString()));
        _amend.Run("revert", Facts.Model, "--all").Done();
        Assert.Empty(Json("ask", Facts.Model, Facts.TowerPrompt).GetProperty("edits").EnumerateArray());
    }

    private static string[] Ids(JsonElement edits) => [.. edits.EnumerateArray().Select(edit => edit.GetProperty("id").GetString()!)];

    private JsonElement Json(params string[] arguments) => _amend.Run([.. arguments, "--json"]).Json();
}
