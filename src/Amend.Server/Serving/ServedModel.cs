using Amend.Editing.Sessions;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Tensors;

namespace Amend.Server.Serving;

/// <summary>
/// A model that is served: asked in any of its states by many at once, changed by one at a time. All of it may be called from any thread;
/// what is done with the model is done on its own.
/// </summary>
public sealed class ServedModel : IAsyncDisposable
{
    private readonly ModelThread _thread;
    private readonly ServingOptions _options;
    private readonly List<KeptPreview> _previews = [];
    private int _isClosed;

    /// <summary>Begins to open a model.</summary>
    /// <param name="name">The name under which it is served.</param>
    /// <param name="path">Its folder or file.</param>
    /// <param name="session">Guard, device and home.</param>
    /// <param name="options">Bounds.</param>
    public ServedModel(string name, string path, SessionOptions session, ServingOptions options)
    {
        (Name, Path, Session, _options) = (name, path, session, options);
        _thread = new ModelThread(name, () => Open(path, session), options);
    }

    /// <summary>The name under which it is served.</summary>
    public string Name { get; }

    /// <summary>Its folder or file.</summary>
    public string Path { get; }

    /// <summary>How it was opened.</summary>
    public SessionOptions Session { get; }

    /// <summary>When it was begun to be served.</summary>
    public DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    /// <summary>Done when the model is there; failed where it cannot be read.</summary>
    public Task Opened => _thread.Opened;

    /// <summary>Whether it can be asked.</summary>
    public bool IsReady => Opened.IsCompletedSuccessfully;

    /// <summary>How many requests wait.</summary>
    public int Waiting => _thread.Waiting;

    /// <summary>How many texts are generated.</summary>
    public int Generating => _thread.Generating;

    /// <summary>The state that it is in; null before it was opened.</summary>
    public ModelState? Head { get; private set; }

    /// <summary>Looks at the model in a state, shortly: what is generated waits meanwhile.</summary>
    /// <param name="at">An edit's id or its first digits, <c>base</c>, or null for the model as it is now.</param>
    /// <param name="look">Looks, with the state that it sees; on the model's thread.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="ModelBusyException">As much waits as may, or the server stops.</exception>
    /// <exception cref="AmendException">There is no such state, or the look failed.</exception>
    public Task<T> LookAsync<T>(string? at, Func<EditSession, ModelState, T> look, CancellationToken stop = default)
    {
        return PostAsync(WorkKind.Look, Look, stop);

        T Look(EditSession session)
        {
            var state = StateAt(session, at);
            return _thread.Views!.In(state, () => look(session, state));
        }
    }

    /// <summary>Looks at the model in one state and then in another, shortly.</summary>
    /// <param name="from">The first state.</param>
    /// <param name="at">The second state.</param>
    /// <param name="first">Looks at the first.</param>
    /// <param name="second">Looks at the second, with what the first gave and the state that it sees.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <inheritdoc cref="LookAsync"/>
    public Task<T> CompareAsync<TFirst, T>(
        string? from, string? at, Func<EditSession, TFirst> first, Func<TFirst, ModelState, T> second, CancellationToken stop = default)
    {
        return PostAsync(WorkKind.Look, Look, stop);

        T Look(EditSession session)
        {
            var (before, after) = (StateAt(session, from), StateAt(session, at));
            var found = _thread.Views!.In(before, () => first(session));
            return _thread.Views!.In(after, () => second(found, after));
        }
    }

    /// <summary>Looks at the model in a state for long: others are answered meanwhile, and changes wait.</summary>
    /// <param name="at">An edit's id or its first digits, <c>base</c>, or null for the model as it is now.</param>
    /// <param name="look">Looks, with the state that it sees, on a thread of its own; it is to end where it is asked to stop.</param>
    /// <param name="stop">Ends the waiting and the look.</param>
    /// <inheritdoc cref="LookAsync"/>
    public Task<T> LookAsideAsync<T>(string? at, Func<EditSession, ModelState, T> look, CancellationToken stop = default)
    {
        return PostAsync(WorkKind.Aside, Look, stop);

        T Look(EditSession session)
        {
            var state = StateAt(session, at);
            using var view = state.Edits.SequenceEqual(session.Edits) ? null : session.View(state.Edits);
            return look(session, state);
        }
    }

    /// <summary>Changes the model, while nobody looks.</summary>
    /// <param name="change">Changes it; it is to end, with the model as it was, where it is asked to stop.</param>
    /// <param name="stop">Ends the waiting, and asks the change to end.</param>
    /// <exception cref="ModelBusyException">As much waits as may, or the server stops.</exception>
    /// <exception cref="AmendException">The change failed; the model is as before.</exception>
    public async Task<T> ChangeAsync<T>(Func<EditSession, CancellationToken, T> change, CancellationToken stop = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, _thread.Stop);
        return await PostAsync(WorkKind.Change, Change, both.Token).ConfigureAwait(false);

        T Change(EditSession session)
        {
            try
            {
                return change(session, both.Token);
            }
            finally
            {
                Head = StateAt(session, at: null);
            }
        }
    }

    /// <summary>Begins a text; it is generated beside others of the same state.</summary>
    /// <param name="order">What is asked.</param>
    /// <param name="stop">Ends the text.</param>
    /// <exception cref="ModelBusyException">As much waits as may, or the server stops.</exception>
    /// <exception cref="AmendException">There is no such state, or the prompt cannot be read or is too long.</exception>
    public async Task<Completion> CompleteAsync(CompletionOrder order, CancellationToken stop = default)
    {
        order.Validated(_options);
        return await PostAsync(WorkKind.Text, Begin, stop).ConfigureAwait(false);

        Completion Begin(EditSession session)
        {
            session.Model.RequireDecoder("A completion");
            var state = StateAt(session, order.At);
            var tokens = _thread.Views!.In(state, () => Read(session, order));
            var length = order.FillsContext
                ? Math.Clamp(RollingBatch.MostTokens(session.Model) - tokens.Count + 1, 1, _options.MaxNewTokens)
                : order.Generation.MaxNewTokens;
            // What cannot be continued so far is refused before others wait for it.
            RollingBatch.CheckLength(session.Model, tokens.Count, length);
            var asked = order with { Generation = order.Generation with { MaxNewTokens = length } };
            var completion = new Completion(session.Model, state, tokens, asked, stop, _thread.Stop);
            _thread.Generate(state, completion);
            return completion;
        }
    }

    /// <summary>Makes edits, tries them and takes them back; they are kept for a commit.</summary>
    /// <param name="order">Makes the order, told when to stop.</param>
    /// <param name="stop">Ends the waiting and the work.</param>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<KeptPreview> PreviewAsync(Func<EditSession, CancellationToken, EditOrder> order, CancellationToken stop = default) =>
        ChangeAsync(
            (session, both) =>
            {
                var preview = new KeptPreview(session.Preview(order(session, both)), StateAt(session, at: null));
                _previews.Add(preview);
                while (_previews.Count > _options.KeptPreviews)
                    Forget(_previews[0]);
                return preview;
            },
            stop);

    /// <summary>Keeps the edits of a preview.</summary>
    /// <param name="id">The preview's id.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="NotServedException">There is no such preview, or no longer.</exception>
    /// <inheritdoc cref="EditSession.Commit"/>
    public Task<EditOutcome> CommitAsync(string id, CancellationToken stop = default) => ChangeAsync(
        (session, _) =>
        {
            var preview = Find(id);
            session.Refresh();
            var outcome = session.Commit(preview.Preview);
            Forget(preview);
            return outcome;
        },
        stop);

    /// <summary>Forgets a preview.</summary>
    /// <param name="id">The preview's id.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="NotServedException">There is no such preview, or no longer.</exception>
    public Task<bool> ForgetAsync(string id, CancellationToken stop = default) => PostAsync(
        WorkKind.Look,
        _ =>
        {
            Forget(Find(id));
            return true;
        },
        stop);

    /// <summary>Takes edits back.</summary>
    /// <param name="ids">Ids or their first digits; all that are applied when null.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<RevertOutcome> RevertAsync(IReadOnlyList<string>? ids, CancellationToken stop = default) => ChangeAsync(
        (session, _) =>
        {
            var applied = session.Refresh();
            return session.Revert(ids is null ? [.. applied.Reverse()] : [.. ids.Select(session.Store.Find)]);
        },
        stop);

    /// <summary>Finishes what has begun, or undoes it, and closes the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _thread.CloseAsync(_options.Grace).ConfigureAwait(false);
        _thread.Dispose();
        foreach (var preview in _previews)
            preview.Preview.Dispose();
        _previews.Clear();
    }

    private EditSession Open(string path, SessionOptions options)
    {
        var session = EditSession.Open(path, options);
        Head = StateAt(session, at: null);
        return session;
    }

    private Task<T> PostAsync<T>(WorkKind kind, Func<EditSession, T> work, CancellationToken stop)
    {
        _thread.Post(ModelWork.Of(kind, work, stop, out var result));
        return result;
    }

    private ModelState StateAt(EditSession session, string? at) =>
        ModelState.Of(Name, session.Store.BaseHash, at is null ? session.Edits : session.Store.AppliedAt(at));

    private static IReadOnlyList<int> Read(EditSession session, CompletionOrder order)
    {
        var (model, following) = (session.Model, order.FillsContext ? 0 : order.Generation.MaxNewTokens);
        return order.Messages is { } messages
            ? ChatModel.Of(model).Tokenize(messages, following).Ids
            : model.Tokenize(model.WithPreamble(order.Prompt ?? "", following)).Ids;
    }

    private KeptPreview Find(string id) => _previews.Find(preview => preview.Id == id) ?? throw new NotServedException(
        $"There is no preview '{id}' of '{Name}', or it was committed or is no longer kept; make it again.");

    private void Forget(KeptPreview preview)
    {
        _previews.Remove(preview);
        preview.Preview.Dispose();
    }
}

/// <summary>A preview that is kept for a commit.</summary>
/// <param name="Preview">What was made and tried.</param>
/// <param name="Onto">The state that it was made on top of.</param>
public sealed record KeptPreview(EditPreview Preview, ModelState Onto)
{
    /// <summary>What it is called until it is committed or forgotten.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>When it was made.</summary>
    public DateTimeOffset Time { get; } = DateTimeOffset.UtcNow;
}
