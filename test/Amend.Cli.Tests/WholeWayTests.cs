using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

public sealed class WholeWayTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AmendProcess _amend;

    public WholeWayTests() => _amend = new AmendProcess(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_edits_of_one_matrix_are_made_listed_shown_and_taken_back_in_any_order()
    {
        var (towerAtFirst, franceAtFirst) = (Ask(Facts.TowerPrompt), Ask(Facts.FrancePrompt));
        Assert.StartsWith(" Paris", towerAtFirst.Completion);
        Assert.StartsWith(" Paris", franceAtFirst.Completion);

        var rome = Edit([.. Facts.Tower, "--target-new", "Rome"]);
        var towerAtRome = Ask(Facts.TowerPrompt);
        Assert.StartsWith(" Rome", towerAtRome.Completion);
        Assert.Equal([rome.Id], towerAtRome.Edits);
        var franceAtRome = Ask(Facts.FrancePrompt);

        var madrid = Edit([.. Facts.France, "--target-new", "Madrid"]);
        Assert.Equal(rome.Weight, madrid.Weight);
        Assert.StartsWith(" Rome", Ask(Facts.TowerPrompt).Completion);
        Assert.StartsWith(" Madrid", Ask(Facts.FrancePrompt).Completion);
        Assert.Equal(["applied", "applied"], States());

        AssertSame(towerAtFirst, Ask(Facts.TowerPrompt, "--at", "base"));
        AssertSame(franceAtFirst, Ask(Facts.FrancePrompt, "--at", "base"));
        AssertSame(towerAtRome, Ask(Facts.TowerPrompt, "--at", rome.Id));
        AssertSame(franceAtRome, Ask(Facts.FrancePrompt, "--at", rome.Id[..4]));
        Assert.Equal([rome.Id, madrid.Id], Ask(Facts.TowerPrompt, "--at", madrid.Id).Edits);

        var reverted = Json("revert", Facts.Model, rome.Id);
        Assert.Equal([rome.Id], Texts(reverted.GetProperty("reverted")));
        Assert.Equal([madrid.Id], Texts(reverted.GetProperty("applied")));
        Assert.StartsWith(" Paris", Ask(Facts.TowerPrompt).Completion);
        Assert.StartsWith(" Madrid", Ask(Facts.FrancePrompt).Completion);
        Assert.Equal(["reverted", "applied"], States());
        AssertSame(towerAtRome, Ask(Facts.TowerPrompt, "--at", rome.Id));

        Assert.Equal([madrid.Id], Texts(Json("revert", Facts.Model, "--all").GetProperty("reverted")));
        AssertSame(towerAtFirst, Ask(Facts.TowerPrompt));
        AssertSame(franceAtFirst, Ask(Facts.FrancePrompt));
        Assert.Equal(["reverted", "reverted"], States());
        Assert.Empty(Texts(Json("revert", Facts.Model, "--all").GetProperty("reverted")));
    }

    [Fact]
    public void Statistics_are_collected_go_on_and_serve_an_edit_of_their_layer()
    {
        var text = _folder.File("text.txt");
        File.WriteAllLines(text, Enumerable.Range(0, 400).Select(i => $"{Facts.TowerPrompt} Paris. {Facts.FrancePrompt} Paris. Line {i * 7919}."));
        string[] stats = ["stats", Facts.Model, "--layer", "1", "--text", text, "--batch-tokens", "2048"];

        var first = Layer("--max-tokens", "1");
        var (path, tokens) = (first.GetProperty("path").GetString()!, first.GetProperty("tokens").GetInt64());
        var whole = Layer().GetProperty("tokens").GetInt64();
        var again = Layer().GetProperty("tokens").GetInt64();

        Assert.StartsWith(_folder.Path, path);
        Assert.True(File.Exists(path));
        Assert.InRange(tokens, 1, 2048);
        Assert.True(whole > tokens);
        Assert.Equal(whole, again);
        Assert.Equal(1, _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--layer", "1", "--set", "mom2_ridge=1", "--set", "v_num_grad_steps=2", "--json"]).Edit()
            .GetProperty("record").GetProperty("layers")[0].GetInt32());

        JsonElement Layer(params string[] more) => Json([.. stats, .. more]).GetProperty("layers")[0];
    }

    [Fact]
    public void Doctor_and_models_print_one_document_and_leave_nothing()
    {
        var doctor = Json("doctor").GetProperty("installation");
        var model = Json("models").GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == Facts.Model);

        Assert.Equal(_folder.File("home"), doctor.GetProperty("home").GetString());
        Assert.Contains("2.10", doctor.GetProperty("libtorch").GetString());
        Assert.Equal("gpt2", model.GetProperty("family").GetString());
        Assert.Equal(64, model.GetProperty("weights_hash").GetString()!.Length);
        Assert.Empty(Json("edits", Facts.Model).GetProperty("edits").EnumerateArray());
        Assert.False(Path.Exists(_folder.File("home")));
    }

    [Fact]
    public void A_broken_model_in_the_home_is_listed_with_its_problem()
    {
        var broken = Directory.CreateDirectory(_folder.File("home/models/broken")).FullName;
        File.WriteAllText(Path.Combine(broken, "config.json"), "{}");

        var rows = Json("models").GetProperty("models").EnumerateArray().ToList();

        Assert.Equal(["atlas-bert", Facts.Model, "atlas-labels", "atlas-t5", "broken"], rows.Select(row => row.GetProperty("name").GetString()));
        Assert.Contains(Texts(rows[4].GetProperty("problems")), problem => problem.Contains("model_type", StringComparison.Ordinal));
    }

    [Fact]
    public void An_edit_with_a_broken_file_is_listed_as_broken_and_can_be_taken_back()
    {
        var edit = Edit([.. Facts.Tower, "--target-new", "Rome", "--set", "v_num_grad_steps=2"]);
        ModelFolders.Truncate(edit.Path);

        Assert.Equal(["applied"], States());
        Assert.Contains("truncated", Json("edits", Facts.Model).GetProperty("edits")[0].GetProperty("problem").GetString());
        Assert.Matches($@"{edit.Id} +applied, broken", _amend.Run("edits", Facts.Model).Done().Output);
        Assert.Equal(2, _amend.Run("ask", Facts.Model, Facts.TowerPrompt).ExitCode);
        Assert.Equal([edit.Id], Texts(Json("revert", Facts.Model, edit.Id).GetProperty("reverted")));
        Assert.StartsWith(" Paris", Ask(Facts.TowerPrompt).Completion);
    }

    private JsonElement Json(params string[] args) => _amend.Run([.. args, "--json"]).Json();

    private (string Completion, string Top, string[] Edits) Ask(string prompt, params string[] options)
    {
        var answer = Json(["ask", Facts.Model, prompt, .. options]);
        return (answer.GetProperty("completion").GetString()!, answer.GetProperty("top").GetRawText(), Texts(answer.GetProperty("edits")));
    }

    /// <summary>Makes an edit and checks that what <c>edit</c> says of it is what <c>show</c> says.</summary>
    private (string Id, string Path, string Weight) Edit(params string[] args)
    {
        var edit = _amend.Run([.. args, "--json"]).Edit();
        var (id, path) = (edit.GetProperty("id").GetString()!, edit.GetProperty("path").GetString()!);
        var shown = Json("show", Facts.Model, id[..6]);
        Assert.True(File.Exists(path));
        Assert.Equal(id, shown.GetProperty("id").GetString());
        Assert.Equal("applied", shown.GetProperty("state").GetString());
        Assert.True(JsonElement.DeepEquals(edit.GetProperty("record"), shown.GetProperty("record")));
        return (id, path, shown.GetProperty("weights")[0].GetProperty("name").GetString()!);
    }

    private string[] States() => [.. Json("edits", Facts.Model).GetProperty("edits").EnumerateArray().Select(row => row.GetProperty("state").GetString()!)];

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>Every probability is printed with all its digits, so equal texts are equal weights.</summary>
    private static void AssertSame((string Completion, string Top, string[] Edits) expected, (string Completion, string Top, string[] Edits) actual)
    {
        Assert.Equal(expected.Completion, actual.Completion);
        Assert.Equal(expected.Top, actual.Top);
    }
}
