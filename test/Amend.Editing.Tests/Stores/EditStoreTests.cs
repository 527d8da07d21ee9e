using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors;

namespace Amend.Editing.Tests.Stores;

[NoTensorLeaks]
public sealed class EditStoreTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;
    private readonly EditStore _store;

    public EditStoreTests()
    {
        _model = _folder.Load();
        _store = new EditStore(_model, _folder.Home);
    }

    private string Folder => Path.GetDirectoryName(_store.PathOf("0"))!;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_store_that_only_was_looked_at_makes_nothing()
    {
        Assert.Empty(_store.Applied);
        Assert.Empty(_store.History);
        Assert.False(Directory.Exists(_folder.Home.Folder));
    }

    [Fact]
    public void Edits_are_applied_and_taken_back_in_any_order()
    {
        var ids = Add(1, 2, 3);
        Assert.Equal(ids, _store.Applied);

        _store.Revert(ids[1]);
        Assert.Equal([ids[0], ids[2]], _store.Applied);
        _store.Revert(ids[2], ids[0]);
        Assert.Empty(_store.Applied);
        using var again = _store.Load(ids[1]);
        _store.Add(again);

        Assert.Equal([ids[1]], _store.Applied);
        Assert.Equal(7, _store.History.Count);
        Assert.All(ids, id => Assert.True(File.Exists(_store.PathOf(id))));
    }

    [Fact]
    public void An_added_edit_is_read_as_it_was()
    {
        using var edit = SampleEdits.Make(_model, 1);

        var path = _store.Add(edit);
        using var read = _store.Load(edit.Id);

        Assert.Equal(_store.PathOf(edit.Id), path);
        Assert.Equal(edit.Id, EditFile.ComputeId(path));
        Assert.Equal(edit.Id, read.Id);
    }

    [Fact]
    public void Taking_back_what_is_not_applied_is_refused_and_changes_nothing()
    {
        var ids = Add(1, 2);
        _store.Revert(ids[0]);

        var failure = Assert.Throws<AmendException>(() => _store.Revert(ids[1], ids[0]));

        Assert.Equal($"Edit {ids[0]} is not applied; applied: {ids[1]}.", failure.Message);
        Assert.Equal([ids[1]], _store.Applied);
    }

    [Fact]
    public void The_model_right_after_an_edit_has_the_edits_of_then()
    {
        var ids = Add(1, 2);
        _store.Revert(ids[0]);
        var third = Add(3)[0];

        Assert.Empty(_store.AppliedAt("base"));
        Assert.Equal([ids[0]], _store.AppliedAt(ids[0]));
        Assert.Equal([ids[0], ids[1]], _store.AppliedAt(ids[1]));
        Assert.Equal([ids[1], third], _store.AppliedAt(third[..6]));
        Assert.Throws<AmendException>(() => _store.AppliedAt("zzz"));
    }

    [Fact]
    public void An_id_is_found_by_its_first_digits()
    {
        Assert.Equal("There is no edit 'abc' of this model; it has none.", Assert.Throws<AmendException>(() => _store.Find("abc")).Message);
        var ids = Add([.. Enumerable.Range(1, 17)]); // Two of 17 ids share their first of 16 digits.
        var shared = ids.GroupBy(id => id[0]).First(group => group.Count() > 1);

        Assert.All(ids, id => Assert.Equal(id, _store.Find(id)));
        Assert.Equal(ids[0], _store.Find(ids[0][..11]));
        Assert.Equal(
            $"'{shared.Key}' begins {shared.Count()} ids ({string.Join(", ", shared.Take(5))}); give more digits.",
            Assert.Throws<AmendException>(() => _store.Find(shared.Key.ToString())).Message);
        Assert.Contains(ids[^1], Assert.Throws<AmendException>(() => _store.Find("xyz")).Message, StringComparison.Ordinal);
        Assert.StartsWith("The id '' is empty", Assert.Throws<AmendException>(() => _store.Find("")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_altered_file_is_refused_by_name_and_the_others_stay_usable()
    {
        var ids = Add(1, 2);
        var bytes = File.ReadAllBytes(_store.PathOf(ids[0]));
        bytes[^1] ^= 1;
        File.WriteAllBytes(_store.PathOf(ids[0]), bytes);

        var failure = Assert.Throws<AmendException>(() => _store.Load(ids[0]));
        Assert.Throws<AmendException>(() => _store.ApplyTo(_model, [ids[1], ids[0]]));

        Assert.Equal(
            $"'{_store.PathOf(ids[0])}' was truncated or altered: its content has the id {EditFile.ComputeId(_store.PathOf(ids[0]))}; restore it, or take the edit back with amend revert.",
            failure.Message);
        Assert.Empty(_model.Applied.Ids);
        using (var other = _store.Load(ids[1]))
            Assert.Equal(ids[1], other.Id);
        _store.Revert(ids[0]);
        _store.ApplyTo(_model, _store.Applied);
        Assert.Equal([ids[1]], _model.Applied.Ids);
        _model.Applied.RevertAll();
    }

    [Fact]
    public void Several_edits_are_added_all_or_none()
    {
        var old = Add(1)[0];
        using var second = SampleEdits.Make(_model, 2);
        using var third = SampleEdits.Make(_model, 3);
        var taken = _store.PathOf(third.Id);
        Directory.CreateDirectory(taken);

        Assert.Throws<AmendException>(() => _store.Add(new StoreWrite([second, third]) { InsteadOf = [old] }));

        Assert.Equal([old], _store.Applied);
        Assert.False(File.Exists(_store.PathOf(second.Id)));
        Directory.Delete(taken);
        Assert.Equal([_store.PathOf(second.Id), taken], _store.Add(new StoreWrite([second, third]) { InsteadOf = [old] }));
        Assert.Equal([second.Id, third.Id], _store.Applied);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var id = Add(1)[0];
        File.Delete(_store.PathOf(id));

        var failure = Assert.Throws<AmendException>(() => _store.Load(id));

        Assert.Equal($"The file of edit {id}, '{_store.PathOf(id)}', is missing; restore it, or take the edit back with amend revert.", failure.Message);
    }

    [Fact]
    public void An_edit_of_another_model_is_refused()
    {
        using var folder = new TinyModelFolder(seed: 2);
        using var other = folder.Load();
        using var edit = SampleEdits.Make(other, 1);
        Directory.CreateDirectory(Folder);
        EditFile.Write(edit, _store.PathOf(edit.Id));

        var failure = Assert.Throws<AmendException>(() => _store.Load(edit.Id));

        Assert.Equal(
            $"'{_store.PathOf(edit.Id)}' is an edit of the weights {other.BaseHash[..12]}, not of this model's {_model.BaseHash[..12]}; move it away.",
            failure.Message);
        Assert.Throws<ArgumentException>(() => _store.Add(edit));
        Assert.Throws<ArgumentException>(() => _store.ApplyTo(other, []));
        Assert.Empty(_store.History);
    }

    [Fact]
    public void Edits_that_do_not_all_fit_leave_the_model_as_it_was()
    {
        var good = Add(1)[0];
        using var wrong = new Edit(SampleEdits.Record(_model.BaseHash), [new WeightEffect(_model.Transformer.DownProjection(0).Name, SampleEdits.Delta(5, 5, 1))]);
        _store.Add(wrong);

        Assert.ThrowsAny<AmendException>(() => _store.ApplyTo(_model, _store.Applied));

        Assert.Equal([good, wrong.Id], _store.Applied);
        Assert.Empty(_model.Applied.Ids);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void Applying_and_taking_back_leaves_the_base_bit_for_bit()
    {
        var ids = Add(1, 2, 3);

        _store.ApplyTo(_model, _store.Applied);
        Assert.Equal(ids, _model.Applied.Ids);
        foreach (var id in (string[])[ids[1], ids[0], ids[2]])
            _model.Applied.Revert(id);

        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void A_home_that_cannot_be_made_is_one_sentence()
    {
        File.WriteAllText(_folder.Beside("taken"), "a file");
        var store = new EditStore(_model, new AmendHome(_folder.Beside("taken")));
        using var edit = SampleEdits.Make(_model, 1);

        var failure = Assert.Throws<AmendException>(() => store.Add(edit));

        Assert.StartsWith($"The edit store '{Path.GetDirectoryName(store.PathOf("0"))}' cannot be written (", failure.Message, StringComparison.Ordinal);
        Assert.Equal("a file", File.ReadAllText(_folder.Beside("taken")));
    }

    [Fact]
    public void A_folder_that_may_only_be_read_is_one_sentence_and_stays_as_it_was()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "A privileged process may write everywhere.");
        if (OperatingSystem.IsWindows())
            return; // There a folder's flag does not keep files from being made in it.
        var ids = Add(1);
        using var edit = SampleEdits.Make(_model, 2);
        File.Delete(Path.Combine(Folder, "lock"));
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Contains("cannot be written (", Assert.Throws<AmendException>(() => _store.Add(edit)).Message, StringComparison.Ordinal);
            Assert.Throws<AmendException>(() => _store.Revert(ids[0]));
        }
        finally
        {
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Assert.Equal(ids, _store.Applied);
        Assert.False(File.Exists(_store.PathOf(edit.Id)));
    }

    [Fact]
    public void An_edit_that_the_journal_cannot_take_leaves_no_file()
    {
        using var edit = SampleEdits.Make(_model, 1);
        Directory.CreateDirectory(Path.Combine(Folder, "journal.jsonl"));

        var failure = Assert.Throws<AmendException>(() => _store.Add(edit));

        Assert.Contains("journal.jsonl' cannot be written", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_store.PathOf(edit.Id)));
    }

    [Fact]
    public void Two_stores_on_one_folder_lose_no_event()
    {
        var edits = Enumerable.Range(1, 24).Select(seed => SampleEdits.Make(_model, seed)).ToList();
        EditStore[] stores = [_store, new EditStore(_model, _folder.Home)];

        Parallel.For(0, edits.Count, i => stores[i % 2].Add(edits[i]));

        Assert.Equal(edits.Select(edit => edit.Id).Order(), stores[0].Applied.Order());
        Assert.Equal(stores[0].History, stores[1].History);
        edits.ForEach(edit => edit.Dispose());
    }

    [Fact]
    public void While_one_holds_the_store_another_waits()
    {
        using var edit = SampleEdits.Make(_model, 1);
        var held = _store.Hold(stop: TestContext.Current.CancellationToken);
        var other = new Thread(() => new EditStore(_model, _folder.Home).Hold(stop: TestContext.Current.CancellationToken).Dispose()) { IsBackground = true };

        other.Start();
        Assert.False(other.Join(TimeSpan.FromMilliseconds(200)));
        held.Dispose();

        Assert.True(other.Join(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void One_who_waits_too_long_for_the_store_is_told_so_in_a_sentence()
    {
        using var held = _store.Hold(stop: TestContext.Current.CancellationToken);

        var failure = Assert.Throws<AmendException>(() => new EditStore(_model, _folder.Home).Hold(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));

        Assert.Contains("wait for the other process", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_for_the_store_can_be_ended()
    {
        using var held = _store.Hold(stop: TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.Throws<OperationCanceledException>(() => new EditStore(_model, _folder.Home).Hold(stop: stop.Token));
    }

    [Fact]
    public void Edits_on_top_of_others_than_the_applied_ones_are_not_added()
    {
        var first = Add(1);
        using var edit = SampleEdits.Make(_model, 2);

        var failure = Assert.Throws<StaleEditException>(() => _store.Add(new StoreWrite([edit]) { Onto = [] }));

        Assert.Contains("on top of no edits", failure.Message, StringComparison.Ordinal);
        Assert.Equal(first, _store.Applied);
        Assert.False(File.Exists(_store.PathOf(edit.Id)));
        _store.Add(new StoreWrite([edit]) { Onto = first });
        Assert.Equal([edit.Id, .. first], _store.RevertAll());
        Assert.Empty(_store.Applied);
    }

    private string[] Add(params int[] seeds)
    {
        var ids = new List<string>();
        foreach (var seed in seeds)
        {
            using var edit = SampleEdits.Make(_model, seed);
            _store.Add(edit);
            ids.Add(edit.Id);
        }

        return [.. ids];
    }
}
