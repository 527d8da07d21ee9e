using Amend.Cli.Tests.Running;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;

namespace Amend.Cli.Tests;

/// <summary>Edits that others disturb: at the same time, when they are killed, when nobody hears what they did.</summary>
public sealed class TransactionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AmendProcess _amend;

    public TransactionTests() => _amend = new AmendProcess(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Edits_and_reverts_at_once_are_as_if_they_had_been_one_after_the_other()
    {
        _amend.Run([.. Facts.Tower, "--target-new", "Berlin"]).Done();
        string[][] lines =
        [
            [.. Facts.Tower, "--target-new", "Rome", "--json"],
            [.. Facts.Tower, "--target-new", "Madrid", "--replace", "--json"],
            [.. Facts.France, "--target-new", "Madrid", "--guard", "--json"],
            ["revert", Facts.Model, "--all"],
        ];

        var processes = lines.Select(line => _amend.Start([.. line, "--threads", "1"])).ToList();
        var runs = processes.ConvertAll(AmendProcess.Finish);

        using var model = LanguageModel.Load(ModelFolders.Embedded);
        var store = new EditStore(model, new AmendHome(_folder.File("home")));
        var made = runs.Take(3).Select(run => run.Edit().GetProperty("id").GetString()).ToList();
        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.Equal(4, store.History.Count(entry => entry.Op == JournalOp.Apply));
        Assert.All(made, id => Assert.Equal([.. store.RecordOf(id!).AppliedBefore, id!], store.AppliedAt(id!)));
        store.ApplyTo(model, store.Applied);
    }

    [Fact]
    public void Of_two_edits_of_one_fact_at_once_the_later_says_what_the_model_answers_then()
    {
        var processes = new[] { "Rome", "Madrid" }.Select(target => _amend.Start([.. Facts.Tower, "--target-new", target, "--threads", "1", "--json"])).ToList();
        var runs = processes.ConvertAll(process => AmendProcess.Finish(process).Json());

        var later = runs.Single(run => run.GetProperty("superseded").GetArrayLength() == 1);
        var top = _amend.Run("ask", Facts.Model, Facts.TowerPrompt, "--threads", "1", "--json").Json().GetProperty("top")[0];
        var said = later.GetProperty("answers").GetProperty("top_after")[0];
        Assert.Equal(said.GetProperty("text").GetString(), top.GetProperty("text").GetString());
        Assert.Equal(said.GetProperty("probability").GetDouble(), top.GetProperty("probability").GetDouble(), 1e-6);
        Assert.InRange(later.GetProperty("check").GetProperty("requests")[0].GetProperty("probability_after").GetDouble(), 0.9, 1);
    }

    [Fact]
    public void Edits_in_turn_that_are_killed_leave_those_that_were_made()
    {
        using (var process = _amend.Start("edit", Facts.Model, "--requests", "atlas-counterfact", "--cases", "12", "--in-turn"))
        {
            for (var kept = 0; kept < 2 && process.StandardError.ReadLine() is { } line;)
                kept += line.StartsWith("kept ", StringComparison.Ordinal) ? 1 : 0;
            process.Kill();
            process.WaitForExit();
        }

        var edits = _amend.Run("edits", Facts.Model, "--json").Json().GetProperty("edits").EnumerateArray().ToList();
        Assert.InRange(edits.Count, 2, 11);
        Assert.All(edits, edit => Assert.Equal("applied", edit.GetProperty("state").GetString()));
        Assert.Equal(edits.Count, _amend.Run("ask", Facts.Model, Facts.TowerPrompt, "--json").Json().GetProperty("edits").GetArrayLength());
    }

    [Theory]
    [InlineData(">/dev/full", 2)]
    [InlineData(">&-", 2)]
    [InlineData("2>/dev/full", 0)]
    [InlineData("2>&-", 0)]
    [InlineData(">/dev/full 2>&-", 2)]
    public void What_was_done_is_told_also_where_it_cannot_be_printed(string redirection, int exitCode)
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "Only Linux has /dev/full.");
        var edit = _amend.RunRedirected(redirection, [.. Facts.Tower, "--target-new", "Rome", "--set", "v_num_grad_steps=2"]);

        var id = _amend.Run("edits", Facts.Model, "--json").Edit().GetProperty("id").GetString()!;
        var revert = _amend.RunRedirected(redirection, "revert", Facts.Model, id);

        Assert.Equal((exitCode, exitCode), (edit.ExitCode, revert.ExitCode));
        if (!redirection.Contains("2>", StringComparison.Ordinal))
        {
            const string progress = @"(?:[a-z ]+: \d+ of \d+\n)*"; // An edit on a busy machine takes long enough to tell of it.
            Assert.Matches($@"\A{progress}amend: The edit {id} is applied and kept in \S+{id}.safetensors; only printing it failed \(.+\)\.\n\z", edit.Error);
            Assert.Matches($@"\Aamend: Taken back: {id}; the model has no edits applied now; only printing it failed \(.+\)\.\n\z", revert.Error);
        }

        Assert.Equal("reverted", _amend.Run("edits", Facts.Model, "--json").Edit().GetProperty("state").GetString());
    }
}
