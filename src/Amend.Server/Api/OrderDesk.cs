using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Server.Jobs;
using Amend.Server.Observing;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Shipping;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;
using Amend.Tensors;
using Amend.Tracing;

namespace Amend.Server.Api;

/// <summary>
/// Where what is asked of served models is taken, whoever brings it: a request of HTTP or an agent's call. What changes a model is noted.
/// </summary>
/// <param name="models">The models.</param>
/// <param name="jobs">Where long work is done.</param>
/// <param name="means">What changes need beside the model.</param>
/// <param name="meter">Is told how long answers take.</param>
internal sealed class OrderDesk(ServedModels models, JobBoard jobs, EditMeans means, ServerMeter meter)
{
    /// <summary>The models and their states.</summary>
    public async Task<ModelsDocument> ModelsAsync(CancellationToken stop) =>
        new(await Task.WhenAll(models.All.Select(model => DescribeAsync(model, stop))).ConfigureAwait(false));

    /// <summary>A model and its state.</summary>
    public Task<ModelDocument> ModelAsync(string model, CancellationToken stop) => DescribeAsync(models.Find(model), stop);

    /// <summary>What a model says in a state.</summary>
    public async Task<InState<AskOutcome>> AskAsync(string model, AskBody body, CancellationToken stop)
    {
        var served = models.Find(model);
        using var measured = meter.Begin("ask", served.Name);
        return await served.LookAsync(
            body.At,
            (session, state) => new InState<AskOutcome>(
                session.Ask(body.Prompt, body.ToOptions(session.Model)) with { Edits = state.Edits }, state),
            stop).ConfigureAwait(false);
    }

    /// <summary>Begins a causal trace.</summary>
    public Job Trace(string model, TraceBody body, Asker who)
    {
        var served = models.Find(model);
        var fact = new TraceFact(body.Prompt, body.Subject, body.Answer);
        fact.FindSubject();
        return jobs.Start("trace", served.Name, who.Name, async work => await served.LookAsideAsync(
            body.At,
            (session, state) => new TracedFact(state, body.Tracer(session.Model).Trace(fact, work.Stop)),
            work.Stop).ConfigureAwait(false));
    }

    /// <summary>The edits of a model, oldest first.</summary>
    public Task<InState<EditList>> ListAsync(string model, CancellationToken stop) => models.Find(model).LookAsync(
        at: null,
        (session, state) => new InState<EditList>(new EditList(model, EditSummary.ReadAll(session.Store)), state),
        stop);

    /// <summary>Everything about an edit.</summary>
    /// <exception cref="NotServedException">The model has no such edit.</exception>
    public Task<EditDetails> ShowAsync(string model, string id, CancellationToken stop) => models.Find(model).LookAsync(
        at: null, (session, _) => EditDetails.Read(session.Store, Find(session.Store, id)), stop);

    /// <summary>Begins to make edits, which are kept.</summary>
    public Job Edit(string model, EditBody body, Asker who)
    {
        var (served, order) = (models.Find(model), body.ToOrder(means.Folders));
        return jobs.Start("edit", served.Name, who.Name, async work => await means.Audit.NoteAsync(
            who,
            "edit",
            served.Name,
            () => served.ChangeAsync(
                (session, stop) => session.Edit(body.For(order, session, work, stop), work.Progress<SessionEvent>()), work.Stop),
            IdsOf).ConfigureAwait(false));
    }

    /// <summary>Begins to make and try edits, which are kept by a commit alone.</summary>
    public Job Preview(string model, EditBody body, Asker who)
    {
        var (served, order) = (models.Find(model), body.ToOrder(means.Folders));
        return jobs.Start("preview", served.Name, who.Name, async work => PreviewDocument.Of(
            await served.PreviewAsync((session, stop) => body.For(order, session, work, stop), work.Stop).ConfigureAwait(false)));
    }

    /// <summary>Keeps the edits of a preview.</summary>
    public async Task<InState<EditOutcome>> CommitAsync(string model, string preview, Asker who, CancellationToken stop)
    {
        var served = models.Find(model);
        var outcome = await means.Audit.NoteAsync(
            who, "commit", served.Name, () => served.CommitAsync(preview, stop), IdsOf).ConfigureAwait(false);
        return new InState<EditOutcome>(outcome, served.Head!);
    }

    /// <summary>Takes edits back; all of them where no ids are given.</summary>
    public async Task<InState<RevertOutcome>> RevertAsync(
        string model, IReadOnlyList<string>? ids, Asker who, CancellationToken stop)
    {
        var served = models.Find(model);
        var outcome = await means.Audit.NoteAsync(
            who, "revert", served.Name, () => served.RevertAsync(ids, stop), outcome => outcome.Reverted).ConfigureAwait(false);
        return new InState<RevertOutcome>(outcome, served.Head!);
    }

    /// <summary>Begins to ask what edits are about, without them and with them.</summary>
    public Job Check(string model, CheckBody body, Asker who)
    {
        var (served, gate) = (models.Find(model), CheckBody.Read(body.Gate));
        var options = CheckBody.Options(served.Session.Load);
        return jobs.Start("check", served.Name, who.Name, work => OnThread(() => Checked(work)));

        CheckDocument Checked(JobWork work)
        {
            var report = Shipment.Check(
                served.Path, StoreOf(served), body.Edits, options, work.Progress<TensorProgress>(), work.Stop);
            return new CheckDocument(report, gate?.Judge(report));
        }
    }

    /// <summary>The store of a model's edits, for work beside the served model.</summary>
    internal static EditStore StoreOf(ServedModel served) => EditStore.Open(served.Path, served.Session.Load, served.Session.Home);

    /// <summary>Work with tensors, from its beginning to its end on one thread.</summary>
    internal static async Task<object> OnThread<T>(Func<T> work)
        where T : notnull => await Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);

    private static Task<ModelDocument> DescribeAsync(ServedModel model, CancellationToken stop) =>
        model.LookAsync(at: null, (session, state) => ModelDocument.Of(model, session, state), stop);

    private static IReadOnlyList<string> IdsOf(EditOutcome outcome) => [.. outcome.Edits.Select(edit => edit.Id)];

    /// <summary>The whole id of an edit; one that is not there is told as such.</summary>
    private static string Find(EditStore store, string id)
    {
        try
        {
            return store.Find(id);
        }
        catch (AmendException e)
        {
            throw new NotServedException(e.Message);
        }
    }
}
