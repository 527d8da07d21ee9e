using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// What the unedited model says to the requests of a training, which is what an edit of another is to leave. A classifier's answers are
/// computed once and kept, those of other models where they are asked for. It owns what it keeps.
/// </summary>
internal sealed class BaseAnswers : IDisposable
{
    private const int AtOnce = 64;
    private readonly LanguageModel _model;
    private readonly EditRequest[] _requests;
    private readonly Tensor? _kept_RC;

    /// <summary>Asks a classifier for all of them.</summary>
    /// <param name="model">The model, without edits.</param>
    /// <param name="requests">The requests.</param>
    public BaseAnswers(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        (_model, _requests) = (model, [.. requests]);
        if (model.Transformer is EncoderClassifier)
            _kept_RC = OfClassifier().DetachFromDisposeScope();
    }

    /// <summary>How many requests there are.</summary>
    public int Count => _requests.Length;

    /// <summary>A request whose <see cref="EditRequest.TargetTrue"/> says what the model says.</summary>
    public EditRequest Request(int place) => _requests[place].TargetTrue is not null
        ? _requests[place]
        : _requests[place] = _requests[place] with { TargetTrue = ConditionText.Prediction(_model, _requests[place]) };

    /// <summary>The log-probabilities of all ids at the places of answers, as the unedited model has them.</summary>
    /// <param name="places">The requests that are answered.</param>
    /// <param name="batch">A batch that begins with their prompts and answers.</param>
    /// <returns><c>[N,V]</c> for the N ids of the answers, in the caller's dispose scope.</returns>
    public Tensor Distributions(IReadOnlyList<int> places, TargetBatch batch)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var found_NV = _kept_RC is not null
            ? _kept_RC.index_select(0, tensor(places.Select(place => (long)place).ToArray(), device: _kept_RC.device))
            : batch.Distributions().narrow(0, 0, batch.Targets.Take(places.Count).Sum(target => target.Count));
        return found_NV.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _kept_RC?.Dispose();

    /// <summary>The log-probabilities of the labels of each request's prompt, <c>[R,C]</c>; prompts of like length are in one pass.</summary>
    private Tensor OfClassifier()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        int[] order = [.. Enumerable.Range(0, _requests.Length).OrderBy(place => _requests[place].FilledPrompt.Length)];
        var found = new Tensor[_requests.Length];
        foreach (var places in order.Chunk(AtOnce))
        {
            using var batch = TargetBatch.Create(_model, [.. places.Select(place => (_requests[place].FilledPrompt, _requests[place].TargetNew))]);
            var rows = batch.Distributions().unbind(0);
            foreach (var (place, row) in places.Zip(rows))
                found[place] = row;
        }

        return stack(found).MoveToOuterDisposeScope();
    }
}
