using Amend.Editing;
using Amend.Editing.Sessions;
using Amend.Models.Generation;
using Amend.Server.Serving;
using Amend.Tensors;

namespace Amend.Server.Tests.Serving;

public sealed class ServedModelTests : IAsyncDisposable
{
    private static readonly EditRequest Tower = new("{} is in", "The Eiffel Tower", "Goa");
    private static readonly EditRequest Needle = new("{} is in", "The Space Needle", "Goa");
    private readonly TinyModelFolder _folder = new();
    private ServedModel _model;

    public ServedModelTests() => _model = Serve(new ServingOptions());

    public async ValueTask DisposeAsync()
    {
        await _model.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_state_is_answered_at_the_same_time_as_a_session_that_is_opened_at_it_answers()
    {
        var first = await EditAsync(Tower);
        var second = await EditAsync(Needle);
        await _model.RevertAsync([first]);
        string?[] states = [null, "base", first, second];

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(at => AnswerAsync(states[at % states.Length])));

        foreach (var (at, (state, text)) in answers.Index())
        {
            using var session = EditSession.Open(
                _folder.Path, new SessionOptions { Home = _folder.Home, At = states[at % states.Length] });
            Assert.Equal(session.Edits, state.Edits);
            Assert.Equal(session.Model.Complete("The Eiffel Tower is", Greedy(12)), text);
        }

        Assert.Equal(4, answers.Select(answer => answer.State.Fingerprint).Distinct().Count());
        Assert.True(answers.Select(answer => answer.Text).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Answers_between_edits_and_reverts_belong_to_the_states_that_they_name()
    {
        using var end = new CancellationTokenSource();
        var answers = new System.Collections.Concurrent.ConcurrentBag<(ModelState State, string Prompt, string Text)>();
        var askers = Enumerable.Range(0, 8).Select(asker => Task.Run(async () =>
        {
            for (var turn = 0; !end.IsCancellationRequested; turn++)
            {
                var prompt = (asker + turn) % 2 == 0 ? "The Eiffel Tower is" : "The Space Needle was";
                var at = turn % 3 == 0 ? "base" : null;
                var (state, text) = await AnswerAsync(at, prompt, length: 4 + (turn % 9));
                answers.Add((state, $"{prompt}|{4 + (turn % 9)}", text));
            }
        })).ToArray();
        var (made, history) = (new List<string>(), new List<IReadOnlyList<string>> { Array.Empty<string>() });
        for (var turn = 0; turn < 12; turn++)
        {
            if (turn % 3 == 2)
                history.Add((await _model.RevertAsync([made[turn / 3]])).Applied);
            else
                made.Add(await EditAsync(turn % 2 == 0 ? Tower : Needle, seed: turn));
            history.Add(_model.Head!.Edits);
        }

        await end.CancelAsync();
        await Task.WhenAll(askers);

        Assert.Equal(made.Count, made.Distinct().Count());
        using var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home });
        Assert.Equal(_model.Head!.Edits, session.Edits);
        Assert.Equal(made.Count, session.Store.History.Count(entry => entry.Op == Editing.Stores.JournalOp.Apply));
        var states = history.Select(ids => ModelState.Of("tiny", session.Store.BaseHash, ids)).DistinctBy(state => state.Fingerprint).ToList();
        Assert.True(answers.Select(answer => answer.State.Fingerprint).Distinct().Count() > 3);
        foreach (var (state, asked, text) in answers.DistinctBy(answer => (answer.State.Fingerprint, answer.Prompt, answer.Text)))
        {
            Assert.Contains(states, known => known.Fingerprint == state.Fingerprint && known.Edits.SequenceEqual(state.Edits));
            using var view = session.View(state.Edits);
            Assert.Equal(session.Model.Complete(asked.Split('|')[0], Greedy(int.Parse(asked.Split('|')[1]))), text);
        }
    }

    [Fact]
    public async Task A_preview_is_committed_once_and_only_onto_the_state_that_it_was_made_on()
    {
        var kept = await _model.PreviewAsync((_, _) => new EditOrder(new StubEditor(), [Tower]));
        Assert.Empty(_model.Head!.Edits);

        var outcome = await _model.CommitAsync(kept.Id);

        Assert.Equal(kept.Preview.Edits.Select(edit => edit.Id), outcome.Edits.Select(edit => edit.Id));
        Assert.Equal(outcome.Edits.Select(edit => edit.Id), _model.Head.Edits);
        await Assert.ThrowsAsync<NotServedException>(() => _model.CommitAsync(kept.Id));
        var late = await _model.PreviewAsync((_, _) => new EditOrder(new StubEditor(), [Needle]));
        await _model.RevertAsync(ids: null);
        await Assert.ThrowsAsync<Editing.Stores.StaleEditException>(() => _model.CommitAsync(late.Id));
        Assert.Empty(_model.Head.Edits);
    }

    [Fact]
    public async Task What_is_too_much_to_wait_is_refused_and_what_waits_is_done()
    {
        await _model.DisposeAsync();
        _model = Serve(new ServingOptions { QueueLength = 4 });
        await _model.Opened;
        using var gate = new ManualResetEventSlim();
        var busy = _model.LookAsync(at: null, (_, _) => gate.Wait(TimeSpan.FromMinutes(1)));
        while (_model.Waiting > 0)
            await Task.Delay(5);

        var waiting = Enumerable.Range(0, 4).Select(_ => AnswerAsync(at: null)).ToArray();

        Assert.Contains("as many as may", (await Assert.ThrowsAsync<ModelBusyException>(() => AnswerAsync(at: null))).Message, StringComparison.Ordinal);
        gate.Set();
        Assert.True(await busy);
        Assert.Single((await Task.WhenAll(waiting)).Select(answer => answer.Text).Distinct());
    }

    [Fact]
    public async Task A_text_that_nobody_waits_for_ends_and_the_model_goes_on()
    {
        using var left = new CancellationTokenSource();
        var completion = await _model.CompleteAsync(Order(at: null, "The", length: 40), left.Token);
        await left.CancelAsync();
        while (_model.Generating > 0)
            await Task.Delay(5);

        Assert.True(completion.NewTokens <= 40);
        Assert.NotEmpty((await AnswerAsync(at: null)).Text);
    }

    [Fact]
    public async Task A_stop_finishes_what_has_begun_and_refuses_the_rest()
    {
        var answers = Enumerable.Range(0, 6).Select(_ => AnswerAsync(at: null, length: 40)).ToArray();
        await _model.Opened;

        await _model.DisposeAsync();

        Assert.All(await Task.WhenAll(answers), answer => Assert.NotEmpty(answer.Text));
        Assert.True((await Assert.ThrowsAsync<ModelBusyException>(() => AnswerAsync(at: null))).IsStopping);
    }

    [Fact]
    public async Task An_edit_that_outlasts_the_grace_of_a_stop_is_undone()
    {
        await _model.DisposeAsync();
        _model = Serve(new ServingOptions { Grace = TimeSpan.FromMilliseconds(50) });
        using var begun = new ManualResetEventSlim();
        var edit = _model.ChangeAsync((session, stop) =>
        {
            begun.Set();
            return session.Edit(new EditOrder(new StubEditor(_ =>
            {
                stop.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
                stop.ThrowIfCancellationRequested();
            }), [Tower]));
        });
        begun.Wait(TestContext.Current.CancellationToken);

        await _model.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => edit);
        using var session = EditSession.Open(_folder.Path, new SessionOptions { Home = _folder.Home });
        Assert.Empty(session.Edits);
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_says_so_to_whoever_asks()
    {
        var broken = new ServedModel("broken", _folder.Beside("nothing"), new SessionOptions { Home = _folder.Home }, new ServingOptions());

        await Assert.ThrowsAnyAsync<AmendException>(() => broken.Opened);

        Assert.False(broken.IsReady);
        await Assert.ThrowsAnyAsync<AmendException>(() => broken.LookAsync(at: null, (_, _) => 1));
        await broken.DisposeAsync();
    }

    [Fact]
    public async Task A_text_ends_before_a_stop_and_its_pieces_are_the_whole()
    {
        var (_, whole) = await AnswerAsync(at: null, length: 30);
        var stop = whole[(whole.Length / 2)..((whole.Length / 2) + 2)];

        var completion = await _model.CompleteAsync(Order(at: null, "The Eiffel Tower is", length: 30) with { Stop = [stop], TopLogprobs = 3 });
        var pieces = new List<CompletionPiece>();
        await foreach (var piece in completion.ReadAsync())
            pieces.Add(piece);

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(FinishReason.Stop, completion.Finished);
        var tokens = pieces.SelectMany(piece => piece.Tokens).ToList();
        Assert.All(tokens, token => Assert.True(token.Logprob <= 0 && token.Top.Count == 3 && token.Top[0].Logprob >= token.Logprob - 1e-6));
    }

    private ServedModel Serve(ServingOptions options) =>
        new("tiny", _folder.Path, new SessionOptions { Home = _folder.Home }, options);

    private async Task<string> EditAsync(EditRequest request, int seed = 0)
    {
        var order = new EditOrder(new StubEditor(size: 0.5), [request])
        {
            Context = new EditContext { Seed = seed },
            Policy = new EditPolicy(Anyway: true),
        };
        return (await _model.ChangeAsync((session, _) => session.Edit(order))).Edits[0].Id;
    }

    private async Task<(ModelState State, string Text)> AnswerAsync(string? at, string prompt = "The Eiffel Tower is", int length = 12)
    {
        var completion = await _model.CompleteAsync(Order(at, prompt, length));
        return (completion.State, (await completion.ReadToEndAsync()).Text);
    }

    private static CompletionOrder Order(string? at, string prompt, int length) =>
        new() { At = at, Prompt = prompt, Generation = Greedy(length) };

    private static GenerationOptions Greedy(int length) => new() { MaxNewTokens = length };
}
