using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>The command <c>amend eval</c>, on a few cases of the embedded suite.</summary>
public sealed class EvalTests
{
    [Fact]
    public void Editors_stand_side_by_side_and_ROME_beats_the_unedited_model()
    {
        using var home = new TempFolder();
        var amend = new AmendTurns(home.File("home"));

        var report = amend.Run("eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "none,rome,ft", "--cases", "4", "--json").Json();

        Assert.Equal(("single", true), (report.GetProperty("protocol").GetString(), report.GetProperty("finished").GetBoolean()));
        var rows = report.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("editor").GetString()!);
        Assert.Equal(["none", "rome", "ft"], rows.Keys);
        Assert.Equal(0, Figure(rows["none"], "cf.es"));
        Assert.Equal(100, Figure(rows["none"], "cf.ns"));
        Assert.True(Figure(rows["rome"], "cf.s") > Figure(rows["none"], "cf.s"));
        Assert.All(rows.Values, row => Assert.Equal(4, row.GetProperty("metrics").GetProperty("cf.s").GetProperty("n").GetInt32()));
    }

    [Fact]
    public void A_run_with_a_folder_writes_its_reports_and_two_runs_can_be_compared()
    {
        using var home = new TempFolder();
        var amend = new AmendTurns(home.File("home"));
        string Run(string editors, string name)
        {
            amend.Run("eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", editors, "--cases", "2", "--out", home.File(name)).Done();
            return home.File(name);
        }

        var (averaged, bare) = (Run("none,rome", "averaged"), Run("none,rome:key_policy=bare", "bare"));

        Assert.All((string[])["report.html", "report.md", "report.json", "cases.csv", "run.db"], name => Assert.True(File.Exists(Path.Combine(averaged, name)), name));
        var same = amend.Run("compare", averaged, bare).Output;
        Assert.Contains("none", same, StringComparison.Ordinal);
        Assert.Contains("holds another run", amend.Run("eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "none,rome", "--cases", "1", "--out", averaged).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_may_stand_in_a_rows_settings()
    {
        using var home = new TempFolder();

        var report = new AmendTurns(home.File("home")).Run(
            "eval", "atlas-counterfact", "--model", "atlas-gpt", "--cases", "1", "--json",
            "--editors", "rome:context_template_length_params=[[2,1],[3,1]];v_num_grad_steps=2, none").Json();

        var rows = report.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(["rome:context_template_length_params=[[2,1],[3,1]];v_num_grad_steps=2", "none"], rows.Select(row => row.GetProperty("editor").GetString()));
    }

    [Fact]
    public void Sequential_edits_are_measured_at_their_time_and_at_the_end()
    {
        using var home = new TempFolder();
        var amend = new AmendTurns(home.File("home"));

        var report = amend.Run("eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "rome", "--cases", "3", "--protocol", "sequential", "--json").Json();

        Assert.Equal(["after its own edit", "at the end"], report.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("when").GetString()));
    }

    [Fact]
    public void Other_metrics_can_be_asked_for_and_the_table_names_them()
    {
        using var home = new TempFolder();
        var amend = new AmendTurns(home.File("home"));

        var text = amend.Run("eval", "atlas-counterfact", "--model", "atlas-gpt", "--editors", "rome", "--metrics", "gen.exact,tf.exact", "--cases", "2").Output;

        Assert.Contains("gen.exact", text, StringComparison.Ordinal);
        Assert.Contains("tf.exact", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cf.s", text, StringComparison.Ordinal);
    }

    private static double Figure(JsonElement row, string metric) => row.GetProperty("metrics").GetProperty(metric).GetProperty("value").GetDouble();
}
