using Amend.Editing.Governance;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Sessions;

[NoTensorLeaks]
public sealed class EditSessionTests : IDisposable
{
    private static readonly GuardLimits NoLimits = new() { Write = null, Norm = null, Denominator = null, Perplexity = null, Past = null };
    private static readonly EditRequest Tower = new("{} is in", "The Eiffel Tower", "Goa");
    private static readonly EditRequest Needle = new("{} is in", "The Space Needle", "Goa");
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_edit_is_kept_under_the_id_that_the_model_has_it_by()
    {
        using var session = Open();

        var outcome = session.Edit(Order(Tower));

        var kept = Assert.Single(outcome.Edits);
        Assert.Equal([kept.Id], session.Edits);
        Assert.Equal([kept.Id], session.Store.Applied);
        Assert.Equal(session.Store.PathOf(kept.Id), kept.Path);
        Assert.Equal(Tower.FilledPrompt, outcome.Answers!.Prompt.Prompt);
        Assert.Equal(outcome.Answers.Prompt.ProbabilityAfter, Assert.Single(outcome.Check.Requests).ProbabilityAfter);
        using var again = Open();
        Assert.Equal(session.Model.Weights.Hash(), again.Model.Weights.Hash());
    }

    [Fact]
    public void A_preview_leaves_model_and_disk_as_they_were_and_is_committed_under_the_ids_that_it_has()
    {
        using var session = Open();

        using var preview = session.Preview(Order(Tower));

        Assert.Empty(session.Edits);
        Assert.Equal(session.Model.BaseHash, session.Model.Weights.Hash());
        Assert.False(Directory.Exists(_folder.Home.Folder));
        Assert.NotEqual(preview.Answers!.Prompt.ProbabilityBefore, preview.Answers.Prompt.ProbabilityAfter);
        var outcome = session.Commit(preview);
        Assert.Equal(preview.Edits.Select(edit => edit.Id), outcome.Edits.Select(edit => edit.Id));
        Assert.Equal(session.Store.Applied, session.Edits);
        using var next = session.Preview(Order(Tower));
        Assert.Equal(preview.Answers.Prompt.ProbabilityAfter, next.Answers!.Prompt.ProbabilityBefore);
    }

    [Fact]
    public void A_preview_that_another_writer_overtook_is_not_committed()
    {
        using var session = Open();
        using var preview = session.Preview(Order(Tower));
        var other = AddFromOutside(session, seed: 1);

        var failure = Assert.Throws<StaleEditException>(() => session.Commit(preview));

        Assert.Contains($"on top of no edits, and meanwhile the model was left with {other}", failure.Message, StringComparison.Ordinal);
        Assert.Equal([other], session.Store.Applied);
        Assert.Empty(session.Edits);
        Assert.Equal([other], session.Refresh());
    }

    [Fact]
    public void An_edit_that_another_writer_overtakes_is_made_again_on_top_of_that_ones()
    {
        using var session = Open();
        var (times, other, told) = (0, "", new List<SessionEvent>());
        var editor = new StubEditor(_ => other = times++ == 0 ? AddFromOutside(session, seed: 1) : other);

        var outcome = session.Edit(new EditOrder(editor, [Tower]), new Told(told.Add));

        Assert.Equal([other], Assert.Single(outcome.Edits).Record.AppliedBefore);
        Assert.Equal([other, outcome.Edits[0].Id], session.Store.Applied);
        Assert.Equal(session.Store.Applied, session.Edits);
        Assert.Single(told.OfType<EditRepeated>());
        using var again = Open();
        Assert.Equal(again.Model.Weights.Hash(), session.Model.Weights.Hash());
    }

    [Fact]
    public void The_guard_asks_of_earlier_edits_those_that_the_model_has()
    {
        using var session = Open(new SessionOptions { Guard = NoLimits });
        var editor = new StubEditor(_ => AddFromOutside(session, seed: 1));

        using var preview = session.Preview(new EditOrder(editor, [Tower]));

        Assert.Empty(preview.Onto);
        Assert.NotEmpty(session.Store.Applied);
        Assert.Null(preview.Guard!.Past);
    }

    [Fact]
    public void While_an_edit_is_made_the_second_time_no_other_can_write()
    {
        using var session = Open();
        var tries = new List<bool>();
        var editor = new StubEditor(_ => tries.Add(TryToWrite(session, seed: tries.Count)));

        session.Edit(new EditOrder(editor, [Tower]));

        Assert.Equal([true, false], tries);
    }

    [Fact]
    public void In_turn_under_a_guard_every_edit_that_was_applied_before_another_is_in_the_journal()
    {
        using var session = Open(new SessionOptions { Guard = NoLimits });

        var outcome = session.Edit(Order(Tower, Needle) with { Policy = new EditPolicy(InTurn: true) });

        var journal = session.Store.History.Select(entry => entry.Id).ToList();
        Assert.Equal(2, outcome.Edits.Count);
        Assert.Equal([outcome.Edits[0].Id], outcome.Edits[1].Record.AppliedBefore);
        Assert.All(outcome.Edits.SelectMany(edit => edit.Record.AppliedBefore), id => Assert.Contains(id, journal));
        Assert.Equal(journal, session.Edits);
    }

    [Fact]
    public void What_a_guard_measured_lies_in_the_journal_and_is_no_part_of_the_edit()
    {
        using var session = Open(new SessionOptions { Guard = NoLimits, FixedText = "The Eiffel Tower is in Rome." });

        var kept = session.Edit(Order(Tower)).Edits[0];

        Assert.Null(kept.Record.Guard);
        Assert.NotNull(kept.Guard!.PerplexityRatio);
        Assert.Equal(kept.Guard.Perplexity, session.Store.GuardOf(kept.Id, kept.Record)!.Perplexity);
        Assert.Equal(kept.Guard.Perplexity, Assert.Single(EditSummary.ReadAll(session.Store)).Guard!.Perplexity);
        Assert.Equal(kept.Guard.Perplexity, EditDetails.Read(session.Store, kept.Id).Guard!.Perplexity);
    }

    [Fact]
    public void The_measures_of_an_older_edit_are_read_from_its_record()
    {
        using var model = _folder.Load();
        var store = new EditStore(model, _folder.Home);
        var measures = new GuardMeasures { Limits = NoLimits, Weights = [], Perplexity = 3 };
        using var edit = SampleEdits.Make(model, 1, record => record with { Guard = measures });
        store.Add(edit);

        Assert.Equal(3, EditDetails.Read(store, edit.Id).Guard!.Perplexity);
        Assert.Equal(3, Assert.Single(EditSummary.ReadAll(store)).Guard!.Perplexity);
    }

    [Fact]
    public void Edits_in_turn_are_kept_one_by_one_and_what_ends_them_leaves_those_before()
    {
        using var session = Open();
        var (calls, told) = (0, new List<SessionEvent>());
        var editor = new StubEditor(_ => calls = calls < 2 ? calls + 1 : throw new ArithmeticException("the third"));
        var louvre = Tower with { Subject = "The Louvre" };

        var failure = Assert.Throws<ArithmeticException>(() => session.Edit(
            new EditOrder(editor, [Tower, Needle, louvre]) { Policy = new EditPolicy(InTurn: true) }, new Told(told.Add)));

        Assert.Equal("the third", failure.Message);
        Assert.Equal([(1, 3), (2, 3)], told.Cast<EditKept>().Select(kept => (kept.Number, kept.Count)));
        Assert.Equal(told.Cast<EditKept>().Select(kept => kept.Edit.Id), session.Store.Applied);
        Assert.Equal(session.Store.Applied, session.Edits);
    }

    [Fact]
    public void An_edit_that_the_guard_refuses_leaves_model_and_store_as_they_were_also_what_it_would_have_replaced()
    {
        using (var free = Open())
            free.Edit(Order(Tower));
        using var session = Open(new SessionOptions { Guard = NoLimits with { Write = 1e-9 } });
        var (before, hash) = (session.Edits, session.Model.Weights.Hash());
        var order = Order(Tower with { TargetNew = "Rome" }) with { Policy = new EditPolicy(Replace: true) };

        Assert.Throws<GuardException>(() => session.Edit(order));
        using var preview = session.Preview(order);

        Assert.Equal("write", preview.Breach!.Measure);
        Assert.Throws<GuardException>(() => session.Commit(preview));
        Assert.Equal(before, session.Store.Applied);
        Assert.Equal(before, session.Edits);
        Assert.Equal(hash, session.Model.Weights.Hash());
    }

    [Fact]
    public void A_superseded_edit_stays_below_the_new_one_or_is_replaced_in_one_step()
    {
        using var session = Open();
        var first = session.Edit(Order(Tower)).Edits[0].Id;

        var second = session.Edit(Order(Tower with { TargetNew = "Rome" }));
        Assert.Equal([new SupersededEdit(first, Tower.FilledPrompt, "Goa", Replaced: false)], second.Superseded);
        Assert.Equal([first], second.Edits[0].Record.Supersedes);
        Assert.Equal([first, second.Edits[0].Id], session.Edits);

        var third = session.Edit(Order(Tower with { TargetNew = "is" }) with { Policy = new EditPolicy(Replace: true) });
        Assert.Equal([first, second.Edits[0].Id], third.Edits[0].Record.Supersedes);
        Assert.Empty(third.Edits[0].Record.AppliedBefore);
        Assert.Equal([third.Edits[0].Id], session.Edits);
        Assert.Equal([JournalOp.Revert, JournalOp.Revert, JournalOp.Apply], session.Store.History.TakeLast(3).Select(entry => entry.Op));
    }

    [Fact]
    public void Several_facts_for_an_editor_of_single_ones_are_refused_unless_in_turn()
    {
        using var session = Open();

        Assert.Throws<AmendException>(() => session.Edit(Order(Tower, Needle)));
        Assert.False(Directory.Exists(_folder.Home.Folder));
    }

    [Fact]
    public void A_session_at_an_earlier_state_is_not_edited()
    {
        using var session = Open(new SessionOptions { At = "base" });

        Assert.Throws<InvalidOperationException>(() => session.Edit(Order(Tower)));
        Assert.Throws<InvalidOperationException>(() => session.Preview(Order(Tower)));
        Assert.Throws<InvalidOperationException>(() => session.Revert());
    }

    [Fact]
    public void What_is_taken_back_is_taken_back_in_the_store_and_in_the_model()
    {
        using var session = Open();
        var (first, second) = (session.Edit(Order(Tower)).Edits[0].Id, session.Edit(Order(Needle)).Edits[0].Id);

        var outcome = session.Revert(first);

        Assert.Equal([first], outcome.Reverted);
        Assert.Equal([second], outcome.Applied);
        Assert.Equal([second], session.Edits);
        using var again = Open();
        Assert.Equal(again.Model.Weights.Hash(), session.Model.Weights.Hash());
    }

    [Fact]
    public void A_view_of_an_earlier_state_is_the_model_as_it_was_then()
    {
        using var session = Open();
        var first = session.Edit(Order(Tower)).Edits[0].Id;
        var said = session.Ask("The Eiffel Tower is in").Top!;
        session.Edit(Order(Needle));
        session.Revert(first);

        using (session.View([first]))
        {
            Assert.Equal(said, session.Ask("The Eiffel Tower is in").Top!);
            Assert.Throws<InvalidOperationException>(session.Model.Applied.RevertAll);
        }

        Assert.NotEqual(said, session.Ask("The Eiffel Tower is in").Top!);
        Assert.Throws<AmendException>(() => session.View(["0123456789ab"]));
    }

    private static EditOrder Order(params EditRequest[] requests) => new(new StubEditor(), requests);

    private EditSession Open(SessionOptions? options = null) => EditSession.Open(_folder.Path, (options ?? new SessionOptions()) with { Home = _folder.Home });

    /// <summary>Another process's edit.</summary>
    private string AddFromOutside(EditSession session, int seed)
    {
        using var edit = SampleEdits.Make(session.Model, seed);
        new EditStore(session.Model, _folder.Home).Add(edit);
        return edit.Id;
    }

    private bool TryToWrite(EditSession session, int seed)
    {
        try
        {
            new EditStore(session.Model, _folder.Home).Hold(TimeSpan.Zero).Dispose();
            AddFromOutside(session, seed);
            return true;
        }
        catch (AmendException)
        {
            return false;
        }
    }

    private sealed class Told(Action<SessionEvent> tell) : IProgress<SessionEvent>
    {
        public void Report(SessionEvent value) => tell(value);
    }

    [Fact]
    public void Who_only_asks_where_no_model_has_edits_has_no_weights_hashed()
    {
        Directory.CreateDirectory(_folder.Home.Folder);

        using (var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home }))
            Assert.NotEmpty(session.Ask("The Eiffel Tower is in").Top!);
        Assert.Null(new HashCache(_folder.Home).Find(_folder.Path, TorchSharp.torch.ScalarType.Float32));

        Directory.CreateDirectory(_folder.Home.AllEdits);
        using (var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home }))
            Assert.Equal(session.Model.BaseHash, new HashCache(_folder.Home).Find(_folder.Path, TorchSharp.torch.ScalarType.Float32));
    }
}
