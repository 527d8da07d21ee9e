using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>The command <c>amend trace</c>, on the embedded model.</summary>
public sealed class TraceTests
{
    private static readonly string[] Tower = ["trace", Facts.Model, "--prompt", Facts.TowerPrompt, "--subject", "The Eiffel Tower"];

    [Fact]
    public void A_fact_is_shown_as_heat_maps_that_need_no_colour()
    {
        using var folder = new TempFolder();
        var amend = new AmendTurns(folder.File("home"));

        var text = amend.Run([.. Tower, "--kind", "state,frozen-mlp", "--out", folder.File("out")]).Output;

        Assert.Contains("is answered with Paris", text, StringComparison.Ordinal);
        Assert.Contains("Hidden state restored\n         0   1   2   3   4   5\n  The*", text, StringComparison.Ordinal);
        Assert.Contains("Hidden state, MLP severed restored", text, StringComparison.Ordinal);
        Assert.Equal(
            ["frozen-mlp.png", "frozen-mlp.svg", "index.html", "state.png", "state.svg", "trace.json"],
            Directory.GetFiles(folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(folder.File("home")));
    }

    [Fact]
    public void The_models_own_recall_is_early_in_MLPs_at_the_subjects_last_token()
    {
        using var folder = new TempFolder();

        var trace = new AmendTurns(folder.File("home")).Run([.. Tower, "--kind", "mlp", "--json"]).Json().GetProperty("trace");

        Assert.Equal(("Paris", 1, 10), (trace.GetProperty("answer").GetString(), trace.GetProperty("seed").GetInt32(), trace.GetProperty("samples").GetInt32()));
        var scores = trace.GetProperty("maps")[0].GetProperty("scores");
        var atLast = scores[trace.GetProperty("subject_end").GetInt32() - 1].EnumerateArray().Select(score => score.GetDouble()).ToArray();
        Assert.Equal(0, Array.IndexOf(atLast, atLast.Max()));
        Assert.True(atLast.Max() - trace.GetProperty("corrupted_probability").GetDouble() > 0.2);
    }

    [Fact]
    public void The_edited_model_is_traced_where_it_is_asked_for_and_edits_in_front_of_prompts_are_refused()
    {
        using var folder = new TempFolder();
        var amend = new AmendTurns(folder.File("home"));
        var id = amend.Run([.. Facts.Tower, "--target-new", "Rome", "--editor", "grace", "--json"]).Edit().GetProperty("id").GetString()!;
        string[] quick = [.. Tower, "--kind", "state", "--samples", "2"];

        var (before, after) = (amend.Run(quick).Output, amend.Run([.. quick, "--edited"]).Output);
        var trace = amend.Run([.. quick, "--edited", "--json"]).Json().GetProperty("trace");
        amend.Run([.. Facts.France, "--target-new", "Rome", "--editor", "ike"]).Done();
        var refused = amend.Run([.. quick, "--edited"]);

        Assert.Contains("is answered with Paris", before, StringComparison.Ordinal);
        Assert.Contains("is answered with Rome", after, StringComparison.Ordinal);
        Assert.Contains("Traced with 1 edit in force.", after, StringComparison.Ordinal);
        Assert.Equal([id], trace.GetProperty("edits").EnumerateArray().Select(edit => edit.GetString()));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("take those edits back first", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_are_averaged_a_layer_is_suggested_and_an_edit_takes_it()
    {
        using var folder = new TempFolder();
        var amend = new AmendTurns(folder.File("home"));
        string[] command = ["trace", Facts.Model, "--facts", "atlas-known", "--cases", "4", "--kind", "mlp", "--samples", "3", "--suggest-layer"];

        var first = amend.Run([.. command, "--json"]).Json().GetProperty("study");
        var again = amend.Run(command);
        var edited = amend.Run([.. Facts.Tower, "--target-new", "Rome", "--layer", "auto", "--json"]);

        Assert.True(first.GetProperty("finished").GetBoolean());
        Assert.Equal(4, first.GetProperty("traced").GetInt32() + first.GetProperty("skipped").GetInt32());
        var layer = first.GetProperty("suggestion").GetProperty("layer").GetInt32();
        Assert.Contains($"Layer {layer}: restoring its MLP at the subject's last token", again.Output, StringComparison.Ordinal);
        Assert.Equal(layer, edited.Edit().GetProperty("record").GetProperty("layers")[0].GetInt32());
        Assert.Contains($"Layer {layer}: ", edited.Error, StringComparison.Ordinal);
    }
}
