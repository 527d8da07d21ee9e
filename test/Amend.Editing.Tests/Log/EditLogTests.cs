using Amend.Editing.Log;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Log;

[NoTensorLeaks]
public sealed class EditLogTests : IDisposable
{
    private static readonly EditRequest Tower = new("{} is in", "The Eiffel Tower", "Goa") { TargetTrue = "Paris" };
    private static readonly EditRequest Needle = new("{} is in", "The Space Needle", "Goa");
    private readonly TinyModelFolder _folder = new();
    private readonly EditStore _store;

    public EditLogTests()
    {
        using var model = _folder.Load();
        _store = new EditStore(model.BaseHash, _folder.Home);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_without_edits_has_an_empty_log()
    {
        var log = EditLog.Read(_store, "tiny");

        Assert.Equal(("tiny", 0), (log.Model, log.Events));
        Assert.Empty(log.Entries);
    }

    [Fact]
    public void Edits_come_newest_first_with_what_they_change_and_what_they_supersede()
    {
        var (first, other) = (Edit(Tower), Edit(Needle));
        var second = Edit(Tower with { TargetNew = "Rome", TargetTrue = null });

        var log = EditLog.Read(_store, "tiny");

        Assert.Equal([(3, second), (2, other), (1, first)], log.Entries.Select(entry => (entry.Number, entry.Id)));
        Assert.Equal([LogState.Applied, LogState.Applied, LogState.Superseded], log.Entries.Select(entry => entry.State));
        Assert.Equal(["The Eiffel Tower: Goa → Rome", "The Space Needle: ? → Goa", "The Eiffel Tower: Paris → Goa"], log.Entries.Select(entry => entry.Fact));
        Assert.Equal(("The Eiffel Tower is in", "stub"), (log.Entries[0].Prompt, log.Entries[0].Editor));
        Assert.Equal([1], log.Entries[0].Layers);
        Assert.Equal([first], log.Entries[0].Supersedes);
        Assert.Empty(log.Entries[0].Replaces);
        Assert.Equal([1], log.Entries[0].After);
        Assert.All(log.Entries.Skip(1), entry => Assert.Empty(entry.After));
    }

    [Fact]
    public void An_edit_goes_on_from_the_nearest_one_that_it_supersedes()
    {
        string[] ids = [Edit(Tower), Edit(Tower with { TargetNew = "Rome" }), Edit(Tower with { TargetNew = "is" })];

        var entries = EditLog.Read(_store, "tiny").Entries;

        Assert.Equal(ids[..2], entries[0].Supersedes);
        Assert.Equal([[2], [1], []], entries.Select(entry => entry.After.ToArray()));
        Assert.Equal([LogState.Applied, LogState.Superseded, LogState.Superseded], entries.Select(entry => entry.State));
    }

    [Fact]
    public void A_replacement_is_one_entry_and_a_taking_back_another()
    {
        var first = Edit(Tower);
        var second = Edit(Tower with { TargetNew = "Rome" }, replace: true);
        _store.Revert(second);

        var log = EditLog.Read(_store, "tiny");

        Assert.Equal(
            [(4, JournalOp.Revert, second), (3, JournalOp.Apply, second), (1, JournalOp.Apply, first)],
            log.Entries.Select(entry => (entry.Number, entry.Op, entry.Id)));
        Assert.Equal([first], log.Entries[1].Replaces);
        Assert.All(log.Entries, entry => Assert.Equal(LogState.Reverted, entry.State));
        Assert.Equal([[3], [1], []], log.Entries.Select(entry => entry.After.ToArray()));
        Assert.Equal("The Eiffel Tower: Goa → Rome", log.Entries[0].Fact);
    }

    [Fact]
    public void An_edit_that_lies_below_is_in_force_again_once_the_one_above_is_taken_back()
    {
        var first = Edit(Tower);
        _store.Revert(Edit(Tower with { TargetNew = "Rome" }));

        var entries = EditLog.Read(_store, "tiny").Entries;

        Assert.Equal((first, LogState.Applied), (entries[^1].Id, entries[^1].State));
    }

    [Fact]
    public void An_edit_that_is_applied_again_goes_on_from_its_taking_back()
    {
        var first = Edit(Tower);
        _store.Revert(first);
        using (var again = _store.Load(first))
            _store.Add(again);

        var entries = EditLog.Read(_store, "tiny").Entries;

        Assert.Equal([[2], [1], []], entries.Select(entry => entry.After.ToArray()));
        Assert.All(entries, entry => Assert.Equal(LogState.Applied, entry.State));
    }

    [Fact]
    public void Edits_that_were_kept_together_each_replace_their_own()
    {
        string[] below = [Edit(Tower), Edit(Needle)];
        using var tower = Made(1, Tower, below[0]);
        using var needle = Made(2, Needle, below[1]);
        _store.Add(new StoreWrite([tower, needle]) { InsteadOf = below });

        var entries = EditLog.Read(_store, "tiny").Entries;

        Assert.Equal([needle.Id, tower.Id, below[1], below[0]], entries.Select(entry => entry.Id));
        Assert.Equal([[below[1]], [below[0]]], entries.Take(2).Select(entry => entry.Replaces.ToArray()));
        Assert.Equal([[2], [1]], entries.Take(2).Select(entry => entry.After.ToArray()));
    }

    [Fact]
    public void An_import_names_its_files_and_a_broken_edit_its_problem()
    {
        using var imported = Made(1, record => record with
        {
            Import = new ImportNote("peft", "adapter", "00"), Editor = "peft", Request = new EditRequest("adapter", null, ""),
        });
        _store.Add(imported);
        var broken = Edit(Tower);
        File.WriteAllText(_store.PathOf(broken), "nothing");

        var entries = EditLog.Read(new EditStore(_store.BaseHash, _folder.Home), "tiny").Entries;

        Assert.Contains(broken, entries[0].Problem, StringComparison.Ordinal);
        Assert.Equal(entries[0].Problem, entries[0].Fact);
        Assert.Equal((LogState.Applied, null), (entries[0].State, entries[0].Editor));
        Assert.Equal(("adapter (peft), imported", null, "peft"), (entries[1].Fact, entries[1].Prompt, entries[1].Editor));
    }

    [Fact]
    public void Facts_that_were_changed_together_are_counted()
    {
        using var edit = Made(1, record => record with { Request = Tower with { Subject = null, Prompt = "All is" }, TogetherWith = [Needle, Needle] });
        _store.Add(edit);

        var entry = Assert.Single(EditLog.Read(_store, "tiny").Entries);

        Assert.Equal("\"All is\": Paris → Goa (and 2 more)", entry.Fact);
    }

    [Fact]
    public void A_limit_leaves_the_newest()
    {
        string[] ids = [Edit(Tower), Edit(Needle), Edit(Tower with { TargetNew = "Rome" })];

        var log = EditLog.Read(_store, "tiny", limit: 2);

        Assert.Equal(3, log.Events);
        Assert.Equal([ids[2], ids[1]], log.Entries.Select(entry => entry.Id));
        Assert.Equal([1], log.Entries[0].After);
        Assert.Throws<AmendException>(() => EditLog.Read(_store, "tiny", limit: 0));
    }

    [Fact]
    public void A_journal_that_is_broken_is_refused()
    {
        Edit(Tower);
        File.AppendAllText(Path.Combine(Path.GetDirectoryName(_store.PathOf("0"))!, "journal.jsonl"), "x\n");

        Assert.Contains("Line 2 of the journal", Assert.Throws<AmendException>(() => EditLog.Read(_store, "tiny")).Message, StringComparison.Ordinal);
    }

    private string Edit(EditRequest request, bool replace = false)
    {
        using var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home });
        return session.Edit(new EditOrder(new StubEditor(), [request]) { Policy = new EditPolicy(Replace: replace, Anyway: true) }).Edits[0].Id;
    }

    private Edit Made(int seed, Func<EditRecord, EditRecord> change)
    {
        using var model = _folder.Load();
        return SampleEdits.Make(model, seed, change);
    }

    private Edit Made(int seed, EditRequest request, string below) => Made(seed, record => record with { Request = request, Supersedes = [below] });
}
