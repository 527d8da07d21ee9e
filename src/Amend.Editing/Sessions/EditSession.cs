using Amend.Editing.Governance;
using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Weights;

namespace Amend.Editing.Sessions;

/// <summary>
/// A model with the edits of its store: what is asked, edited and taken back. An edit is one transaction: it is made on top of the
/// edits that are applied, tried, judged by the guard, and kept only where the same edits are still applied then; its file is written
/// before its line in the journal. Where another writer was faster, it is made again on top of that one's. Not for several threads at
/// once; owns the model.
/// </summary>
public sealed class EditSession : IDisposable
{
    private readonly SessionOptions _options;
    private readonly Governor? _governor;
    private readonly SecondMomentLibrary _statistics;

    private EditSession(LanguageModel model, EditStore store, SessionOptions options)
    {
        (Model, Store, _options, _statistics) = (model, store, options, new SecondMomentLibrary(options.Home));
        if (options.Guard is not { } limits)
            return;
        model.RequireDecoder("--guard");
        _governor = new Governor(model, limits, options.FixedText);
    }

    /// <summary>The model, with its edits.</summary>
    public LanguageModel Model { get; }

    /// <summary>Where its edits are kept.</summary>
    public EditStore Store { get; }

    /// <summary>Ids of the edits that the session's model has, in order.</summary>
    public IReadOnlyList<string> Edits => Model.Applied.Ids;

    /// <summary>The guard; null where none watches.</summary>
    internal Governor? Guard => _governor;

    /// <summary>Loads a model and applies its edits.</summary>
    /// <param name="path">The model's folder or GGUF file.</param>
    /// <param name="options">State, guard, device and home; the model as it is now by default.</param>
    /// <exception cref="Tensors.AmendException">The model or one of its edits cannot be read.</exception>
    public static EditSession Open(string path, SessionOptions? options = null)
    {
        options ??= new SessionOptions();
        var (model, hash) = new HashCache(options.Home).Load(path, options.Load);
        try
        {
            var session = new EditSession(model, StoreOf(model, hash, options.Home), options);
            session.Bring(options.At is null ? session.Store.Applied : session.Store.AppliedAt(options.At));
            return session;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Asks the model, with the edits that the session's model has.</summary>
    /// <param name="prompt">The text to continue, answer or classify, or whose masks to fill.</param>
    /// <param name="options">How; the next five tokens and a greedy continuation by default.</param>
    /// <exception cref="Tensors.AmendException">The prompt is empty or too long, or the model says nothing of the kind.</exception>
    public AskOutcome Ask(string prompt, AskOptions? options = null) => AskOutcome.Ask(Model, prompt, options ?? new AskOptions());

    /// <summary>Makes the edits of an order, tries and judges them, and takes them back: the model and the store are as before.</summary>
    /// <returns>What they would do; the caller disposes it. <see cref="Commit"/> keeps it.</returns>
    /// <exception cref="Tensors.AmendException">A request or setting cannot be used, or an edit of the store cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The session was opened at an earlier state.</exception>
    public EditPreview Preview(EditOrder order)
    {
        RequireHead();
        var preview = new EditRun(this, order, progress: null).Try();
        Bring(preview.Onto);
        return preview;
    }

    /// <summary>Keeps the edits of a preview, under the ids that they have there.</summary>
    /// <returns>What was kept.</returns>
    /// <exception cref="GuardException">The guard refused them.</exception>
    /// <exception cref="StaleEditException">Other edits are applied than when they were made; nothing is kept then.</exception>
    /// <exception cref="Tensors.AmendException">The store cannot be written; nothing is kept then.</exception>
    public EditOutcome Commit(EditPreview preview)
    {
        RequireHead();
        if (preview.Breach is { } breach)
            throw new GuardException(breach);
        var kept = Keep(preview, held: null);
        Bring([.. preview.Onto.Except(preview.InsteadOf)]);
        Model.Applied.Apply([.. preview.Edits.Select(edit => (edit.Id, edit.Effects))]);
        return new EditOutcome(Model.Name, kept, preview.Superseded, preview.Check!) { Answers = preview.Answers };
    }

    /// <summary>
    /// Makes the edits of an order and keeps them. Those that are made in turn without a guard are kept one by one, so that what ends
    /// the work, even a kill, leaves those before.
    /// </summary>
    /// <param name="order">What is asked.</param>
    /// <param name="progress">Told what is going on, on the same thread; nobody by default.</param>
    /// <returns>What was kept.</returns>
    /// <exception cref="GuardException">The guard refused the edits; none is kept then.</exception>
    /// <exception cref="Tensors.AmendException">
    /// A request or setting cannot be used, an edit of the store cannot be read, or the store cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The order's context asked to stop.</exception>
    /// <exception cref="InvalidOperationException">The session was opened at an earlier state.</exception>
    public EditOutcome Edit(EditOrder order, IProgress<SessionEvent>? progress = null)
    {
        RequireHead();
        // The store is tried before the work, so that a folder that cannot be written costs no time.
        Store.CheckWritable();
        return new EditRun(this, order, progress).Run();
    }

    /// <summary>Takes edits back, in the store and in the model.</summary>
    /// <param name="ids">Whole ids of applied edits.</param>
    /// <exception cref="Tensors.AmendException">One is not applied, or the store cannot be written; nothing is changed then.</exception>
    public RevertOutcome Revert(params IReadOnlyList<string> ids)
    {
        RequireHead();
        Store.Revert(ids);
        Refresh();
        return new RevertOutcome(ids, Edits);
    }

    /// <summary>Brings the model to the edits that are applied now, which another process may have changed.</summary>
    /// <returns>Their ids, in order.</returns>
    /// <exception cref="Tensors.AmendException">One of them cannot be read.</exception>
    public IReadOnlyList<string> Refresh()
    {
        RequireHead();
        var applied = Store.Applied;
        Bring(applied);
        return applied;
    }

    /// <summary>
    /// Opens a view of the model with some edits of its store, applied or not, such as <see cref="EditStore.AppliedAt"/> tells: the model
    /// as of an earlier edit, without loading it anew.
    /// </summary>
    /// <param name="ids">Whole ids of edits, in their order.</param>
    /// <returns>The view, for the passes of this thread; the caller disposes. Nothing can be edited while it is open.</returns>
    /// <exception cref="Tensors.AmendException">An edit cannot be read.</exception>
    public WeightView View(IReadOnlyList<string> ids) => Model.Applied.View(ids, id => Store.Load(id).Effects);

    /// <inheritdoc/>
    public void Dispose()
    {
        _statistics.Dispose();
        Model.Dispose();
    }

    /// <summary>
    /// Where an order's statistics come from: what it names, else the session's home, whose factors are kept as long as the session.
    /// </summary>
    internal ISecondMomentSource StatisticsFor(EditContext context) =>
        context.Statistics == SecondMomentLibrary.Default ? _statistics : context.Statistics;

    /// <summary>Holds the store against other writers, for as long as the session waits for one.</summary>
    internal IDisposable Hold(CancellationToken stop) => Store.Hold(_options.Patience, stop);

    /// <summary>Writes a preview's edits into the store, where the edits are still applied that they were made on top of.</summary>
    internal IReadOnlyList<KeptEdit> Keep(EditPreview preview, IDisposable? held, CancellationToken stop = default)
    {
        var write = new StoreWrite(preview.Edits) { InsteadOf = preview.InsteadOf, Onto = preview.Onto, Guard = preview.Guard };
        using var taken = held is null ? Hold(stop) : null;
        var paths = Store.AddHeld(write);
        return [.. preview.Edits.Zip(paths, (edit, path) => new KeptEdit(edit.Id, path, edit.Record) { Guard = preview.Guard })];
    }

    /// <summary>Brings the model to some edits of the store; of those that it has, what need not be taken back stays.</summary>
    internal void Bring(IReadOnlyList<string> ids)
    {
        var had = Edits;
        var same = had.Zip(ids).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == had.Count && same == ids.Count)
            return;
        var wanted = ids.Skip(same).ToHashSet(StringComparer.Ordinal);
        Model.Applied.Revert([.. had.Skip(same).Where(id => !wanted.Contains(id))]);
        var left = Edits;
        same += left.Skip(same).Zip(ids.Skip(same)).TakeWhile(pair => pair.First == pair.Second).Count();
        Model.Applied.Revert([.. left.Skip(same)]);
        if (ids.Skip(same).Any()) // Where there are none, the hash of all weights, by which a store knows its model, is not needed.
            Store.ApplyTo(Model, [.. ids.Skip(same)]);
    }

    /// <summary>The store of a hash that may be known from before; where there are edits, the weights' own hash is what counts.</summary>
    private static EditStore StoreOf(LanguageModel model, Lazy<string> hash, AmendHome home)
    {
        var store = new EditStore(hash, home);
        return store.Applied.Count == 0 || hash.Value == model.BaseHash ? store : new EditStore(model, home);
    }

    private void RequireHead()
    {
        if (_options.At is { } at)
            throw new InvalidOperationException($"The session shows '{Model.Name}' at '{at}'; open one without a state to edit it.");
    }
}
