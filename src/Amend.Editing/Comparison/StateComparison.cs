using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Comparison;

/// <summary>
/// Compares two states of one model: what prompts are answered with, what is expected on texts, and what became of each matrix. The
/// session's model is brought to the one and to the other in turn and afterwards has the edits that it had; nothing is written.
/// </summary>
public sealed class StateComparison
{
    private readonly EditSession _session;
    private readonly ComparedState _a;
    private readonly ComparedState _b;

    /// <summary>Finds the states.</summary>
    /// <param name="session">The model and its edits; it stays the caller's.</param>
    /// <param name="a">
    /// The one, see <see cref="EditChoice"/>: <c>base</c>, <c>head</c>, <c>@ID</c>, or ids, for the model with these edits alone.
    /// </param>
    /// <param name="b">The other.</param>
    /// <exception cref="AmendException">There is no such state, or the model is of a kind that cannot be asked.</exception>
    public StateComparison(EditSession session, string a, string b)
    {
        session.Model.Require("The comparison of states", TargetBatch.Kinds);
        _session = session;
        _a = new ComparedState(a, EditChoice.Find(session.Store, a));
        _b = new ComparedState(b, EditChoice.Find(session.Store, b));
    }

    /// <summary>Compares them.</summary>
    /// <param name="options">The prompts and the text; those of the edits, and none, by default.</param>
    /// <param name="progress">Told how far it is; nobody by default.</param>
    /// <param name="stop">Ends the work between two prompts, passes or weights.</param>
    /// <exception cref="AmendException">
    /// An edit cannot be read, or a prompt or the text is none of the model's; the model has the edits that it had.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was stopped; the model has the edits that it had.</exception>
    public StateDiff Run(DiffOptions? options = null, IProgress<EditProgress>? progress = null, CancellationToken stop = default)
    {
        options ??= new DiffOptions();
        using var between = EditsBetween.Load(_session.Store, _a, _b);
        var prompts = options.Prompts is { } given ? [.. given.Distinct().Select(text => (text, AskedKind.Given))] : between.Prompts;
        var texts = PlacesOf(options.Text, prompts);
        var before = _session.Edits;
        try
        {
            var pace = new EditPace(stop, progress);
            var (a, b) = (Ask(_a, prompts, between, pace), Ask(_b, prompts, between, pace));
            return new StateDiff(_session.Model.Name, _a, _b)
            {
                Prompts =
                [
                    .. prompts.Index().Select(at => new ComparedAnswer(
                        at.Item.Text, at.Item.Kind, a.Answers[at.Index], b.Answers[at.Index])),
                ],
                Texts = texts is null ? null : Compare(texts, pace),
                Weights = WeightDifference.Measure(_session.Model, between.OnlyA, between.OnlyB, pace),
                Adaptors =
                [
                    .. between.Adaptors.Index().Select(at => new AdaptorDifference(
                        at.Item.Kind, at.Item.Weight, a.Entries[at.Index], b.Entries[at.Index])),
                ],
            };
        }
        finally
        {
            _session.Bring(before);
        }
    }

    /// <summary>Where the texts are read; null where there are none.</summary>
    private TextPlaces? PlacesOf(string? text, IReadOnlyList<(string Text, AskedKind Kind)> prompts)
    {
        if (_session.Model.Transformer is CausalDecoder)
            return text is null ? null : TextPlaces.Running(_session.Model, text);
        string[] texts = text is null
            ? [.. prompts.Select(prompt => prompt.Text)]
            : text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return texts.Length > 0 ? TextPlaces.Separate(_session.Model, texts) : null;
    }

    private (string[] Answers, int[] Entries) Ask(
        ComparedState state, IReadOnlyList<(string Text, AskedKind Kind)> prompts, EditsBetween between, EditPace pace)
    {
        _session.Bring(state.Edits);
        var answers = new string[prompts.Count];
        foreach (var (at, prompt) in prompts.Index())
        {
            pace.Report($"prompts in {state.Name}", at, prompts.Count);
            answers[at] = ShortAnswer.Ask(_session.Model, prompt.Text);
        }

        return (answers, [.. between.Adaptors.Select(place => EditsBetween.EntriesAt(_session.Model, place))]);
    }

    private Divergence Compare(TextPlaces texts, EditPace pace)
    {
        var meter = new DivergenceMeter(texts);
        for (var pass = 0; pass < texts.Passes; pass++)
        {
            pace.Report("texts", pass, texts.Passes);
            using var scope = NewDisposeScope();
            _session.Bring(_a.Edits);
            var logitsA_NC = texts.Logits(pass);
            _session.Bring(_b.Edits);
            meter.Add(logitsA_NC, texts.Logits(pass));
        }

        return meter.Result();
    }
}
