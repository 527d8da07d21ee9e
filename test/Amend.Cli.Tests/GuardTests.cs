using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>Edits that are guarded, and edits that take the place of others.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public GuardTests() => _amend = new AmendTurns(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_edit_inside_the_limits_is_kept_with_its_measures()
    {
        var edit = Edit([.. Facts.Tower, "--target-new", "Rome", "--guard", "perplexity=1.5,denominator=off"]);

        var guard = edit.GetProperty("guard");
        Assert.Equal(1.5, guard.GetProperty("limits").GetProperty("perplexity").GetDouble());
        Assert.Equal(JsonValueKind.Null, guard.GetProperty("limits").GetProperty("denominator").ValueKind);
        Assert.InRange(guard.GetProperty("weights")[0].GetProperty("write").GetDouble(), 0.01, 1);
        Assert.InRange(guard.GetProperty("perplexity").GetDouble() / guard.GetProperty("perplexity_before").GetDouble(), 0.9, 1.5);
        var id = edit.GetProperty("id").GetString()!;
        Assert.True(JsonElement.DeepEquals(guard, Json("show", Facts.Model, id).GetProperty("guard")));
        Assert.Matches(@"guard +write 0\.\d+, limit", _amend.Run("show", Facts.Model, id).Done().Output);

        var second = Edit([.. Facts.France, "--target-new", "Madrid", "--guard"]).GetProperty("guard");
        Assert.Equal((1, 1), (second.GetProperty("past_asked").GetInt32(), second.GetProperty("past_kept").GetInt32()));
        Assert.Equal(guard.GetProperty("perplexity_before").GetDouble(), second.GetProperty("perplexity_before").GetDouble());
    }

    [Fact]
    public void An_edit_of_the_same_subject_and_prompt_says_what_it_supersedes_and_can_replace_it()
    {
        var rome = Edit([.. Facts.Tower, "--target-new", "Rome"]).GetProperty("id").GetString()!;

        var run = _amend.Run([.. Facts.Tower, "--target-new", "Madrid", "--json"]);

        Assert.Contains($"This edit supersedes {rome} (\"The Eiffel Tower is in\" to Rome), which stays applied below it", run.Error, StringComparison.Ordinal);
        var madrid = run.Edit().GetProperty("id").GetString()!;
        Assert.Equal([rome], Texts(run.Edit().GetProperty("record").GetProperty("supersedes")));
        Assert.Equal([[], [rome]], Json("edits", Facts.Model).GetProperty("edits").EnumerateArray().Select(row => Texts(row.GetProperty("supersedes"))));
        Assert.Matches($@"supersedes +{rome}\n", _amend.Run("show", Facts.Model, madrid).Done().Output);
        Assert.Matches($@"{madrid} .* {rome}\n", _amend.Run("edits", Facts.Model).Done().Output);

        var replaced = _amend.Run([.. Facts.Tower, "--target-new", "Berlin", "--replace", "--json"]);

        Assert.Contains("which were taken back first", replaced.Error, StringComparison.Ordinal);
        var berlin = replaced.Edit().GetProperty("id").GetString()!;
        Assert.Equal([rome, madrid], Texts(replaced.Edit().GetProperty("record").GetProperty("supersedes")));
        Assert.Empty(Texts(replaced.Edit().GetProperty("record").GetProperty("applied_before")));
        Assert.Equal(["reverted", "reverted", "applied"], Json("edits", Facts.Model).GetProperty("edits").EnumerateArray().Select(row => row.GetProperty("state").GetString()));
        Assert.Equal([berlin], Texts(Json("ask", Facts.Model, Facts.TowerPrompt).GetProperty("edits")));
    }

    [Fact]
    public void A_target_that_the_model_gives_can_be_edited_anyway()
    {
        Assert.Equal(2, _amend.Run([.. Facts.Tower, "--target-new", "Paris"]).ExitCode);

        Assert.Equal("Paris", Edit([.. Facts.Tower, "--target-new", "Paris", "--anyway"]).GetProperty("record").GetProperty("request").GetProperty("target_new").GetString());
    }

    [Fact]
    public void A_guarded_evaluation_reports_its_writes_and_why_a_row_ended()
    {
        string[] eval = ["eval", "atlas-counterfact", "--model", Facts.Model, "--editors", "rome", "--metrics", "cf.es", "--cases", "3", "--protocol", "sequential"];

        var free = Json([.. eval, "--guard", "on-breach=revert,norm=off,write=off"]).GetProperty("guards")[0];
        var ended = _amend.Run([.. eval, "--guard", "norm=0.0001"]).Done().Output;
        var gone = Json([.. eval, "--guard", "norm=0.0001,on-breach=revert"]).GetProperty("guards")[0];

        Assert.Equal((3, 0, 3), (free.GetProperty("writes").GetInt32(), free.GetProperty("breaches").GetArrayLength(), free.GetProperty("passed").GetArrayLength()));
        Assert.Matches(@"The guard stopped rome at case 1: the relative norm of all changes of a matrix is 0\.\d+, and the limit is 0\.0001\.\n", ended);
        Assert.Equal((3, 3, false), (gone.GetProperty("writes").GetInt32(), gone.GetProperty("breaches").GetArrayLength(), gone.GetProperty("stopped").GetBoolean()));
    }

    private JsonElement Edit(params string[] args) => _amend.Run([.. args, "--json"]).Edit();

    private JsonElement Json(params string[] args) => _amend.Run([.. args, "--json"]).Json();

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];
}
