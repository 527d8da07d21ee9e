using System.Diagnostics;
using System.Globalization;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;

namespace Amend.Cli.Tests.Running;

/// <summary>Makes edits and takes them back in one home, one process at a time, and kills each on its way.</summary>
internal sealed class KillLane
{
    private const int MostTries = 90;

    /// <summary>Where in a process's time it is killed: from here to a little over its end.</summary>
    private const double First = 0.6;
    private const double Last = 1.1;
    private const int Places = 13;

    /// <summary>From an edit's first written byte to its line in the journal.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromMilliseconds(50);

    private readonly EditStore _store;
    private readonly AmendProcess _amend;
    private readonly string _edits;
    private readonly Dictionary<string, TimeSpan> _took = [];
    private int _seed;

    public KillLane(LanguageModel model, string home, int lane)
    {
        _store = new EditStore(model, new AmendHome(home));
        _amend = new AmendProcess(home);
        _edits = Path.GetDirectoryName(_store.PathOf("any"))!;
        _seed = 1000 * lane;
    }

    /// <summary>Kills that left the state from before.</summary>
    public int Before { get; private set; }

    /// <summary>Kills that left the state that the process was making.</summary>
    public int After { get; private set; }

    /// <summary>Processes that ended by themselves.</summary>
    public int Missed { get; private set; }

    /// <summary>Kills processes until there are so many kills.</summary>
    public void Run(int kills)
    {
        for (var i = 0; i < 3; i++)
            Complete(EditArgs());
        Complete(RevertArgs());
        for (var i = 0; Before + After < kills; i++)
        {
            Assert.True(i < MostTries, $"{Before + After} of {MostTries} processes could be killed before their end.");
            var applied = _store.Applied.Count;
            var reverts = applied >= 4 || (applied > 1 && i % 2 == 1);
            KillOne(reverts ? RevertArgs() : EditArgs(), i);
        }
    }

    /// <summary>One edit that is not killed: it finds a whole store and leaves nothing of those that were.</summary>
    public void FinishWithOneMoreEdit()
    {
        var applied = _store.Applied;

        Complete(EditArgs());

        Assert.Equal(applied, _store.Applied.SkipLast(1));
        Assert.Equal(_store.Applied, _amend.Run("ask", Facts.Model, Facts.TowerPrompt, "--json").Json().GetProperty("edits").EnumerateArray().Select(id => id.GetString()));
        Assert.Empty(Directory.GetFiles(_edits, "*.tmp"));
    }

    private string[] EditArgs() =>
    [
        .. _seed % 2 == 0 ? Facts.Tower : Facts.France,
        "--target-new", "Rome", "--anyway", "--seed", (++_seed).ToString(CultureInfo.InvariantCulture),
        "--set", "v_num_grad_steps=2", "--set", "context_template_length_params=[[2,1]]",
    ];

    private string[] RevertArgs() => ["revert", Facts.Model, _store.Applied[0]];

    private void Complete(string[] args)
    {
        var clock = Stopwatch.StartNew();
        _amend.Run(args).Done();
        _took[args[0]] = clock.Elapsed;
    }

    private void KillOne(string[] args, int number)
    {
        var before = _store.Applied;
        var store = StateOfStore();
        var clock = Stopwatch.StartNew();
        using var process = _amend.Start(args);

        // Half of them are killed a few milliseconds after they began to write, which is a small part of their time.
        var place = number % Places / (double)(Places - 1);
        if (number / 2 % 2 == 0)
        {
            SpinWait.SpinUntil(() => process.HasExited || StateOfStore() != store, _took[args[0]] * 2);
            process.WaitForExit(args[0] == "edit" ? LongestWrite * place : TimeSpan.Zero);
        }
        else
        {
            process.WaitForExit(_took[args[0]] * (First + (place * (Last - First))));
        }

        var killed = !process.HasExited;
        process.Kill();
        process.WaitForExit();

        if (!killed)
        {
            Missed++;
            _took[args[0]] = clock.Elapsed;
            Assert.Equal(0, process.ExitCode);
        }

        Count(killed, Check(args, before));
    }

    private (int Files, long Journal) StateOfStore()
    {
        var files = Directory.GetFiles(_edits);
        return (files.Count(file => !Path.GetFileName(file).StartsWith(".trial", StringComparison.Ordinal)), new FileInfo(Path.Combine(_edits, "journal.jsonl")).Length);
    }

    private void Count(bool killed, bool done)
    {
        if (!killed)
            Assert.True(done, "A process ended with 0 and left the state from before.");
        else if (done)
            After++;
        else
            Before++;
    }

    /// <summary>Whether the state is the one after; fails where it is neither, or where an applied edit cannot be loaded.</summary>
    private bool Check(string[] args, IReadOnlyList<string> before)
    {
        var applied = _store.Applied;
        foreach (var id in applied)
            _store.Load(id).Dispose();
        if (applied.SequenceEqual(before))
            return false;
        if (args[0] == "revert")
            Assert.Equal(before.Where(id => id != args[2]), applied);
        else
            Assert.Equal(before, applied.SkipLast(1));
        return true;
    }
}
