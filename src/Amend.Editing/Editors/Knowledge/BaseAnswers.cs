using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// What the unedited model says to prompts, which an edit of another is to leave. A classifier's answers to the requests of a training are
/// computed once and kept, other answers where they are asked for. It owns what it keeps.
/// </summary>
internal sealed class BaseAnswers : IDisposable
{
    private const int AtOnce = 64;
    private readonly LanguageModel _model;
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);
    private readonly Tensor? _kept_PC;

    /// <summary>Asks a classifier for all of them.</summary>
    /// <param name="model">The model, without edits.</param>
    /// <param name="requests">The requests.</param>
    public BaseAnswers(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        _model = model;
        if (model.Transformer is not EncoderClassifier)
            return;
        // Prompts of like length are in one pass.
        foreach (var request in requests.OrderBy(request => request.FilledPrompt.Length))
            _places.TryAdd(request.FilledPrompt, _places.Count);
        _kept_PC = OfClassifier([.. _places.Keys], requests[0].TargetNew).DetachFromDisposeScope();
    }

    /// <summary>The request, whose <see cref="EditRequest.TargetTrue"/> says what the model says where it says nothing.</summary>
    public EditRequest Resolved(EditRequest request)
    {
        if (request.TargetTrue is not null)
            return request;
        if (!_said.TryGetValue(request.FilledPrompt, out var said))
            _said[request.FilledPrompt] = said = ConditionText.Prediction(_model, request);
        return request with { TargetTrue = said };
    }

    /// <summary>The log-probabilities of all ids at the places of answers, as the unedited model has them.</summary>
    /// <param name="answered">The requests that are answered.</param>
    /// <param name="batch">A batch that begins with their prompts and answers.</param>
    /// <returns><c>[N,V]</c> for the N ids of the answers, in the caller's dispose scope.</returns>
    public Tensor Distributions(IReadOnlyList<EditRequest> answered, TargetBatch batch)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var found_NV = _kept_PC is not null && answered.All(request => _places.ContainsKey(request.FilledPrompt))
            ? _kept_PC.index_select(0, tensor([.. answered.Select(request => _places[request.FilledPrompt])], device: _kept_PC.device))
            : batch.Distributions().narrow(0, 0, batch.Targets.Take(answered.Count).Sum(target => target.Count));
        return found_NV.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _kept_PC?.Dispose();

    /// <summary>The log-probabilities of the labels of each prompt, <c>[P,C]</c>.</summary>
    private Tensor OfClassifier(IReadOnlyList<string> prompts, string anyLabel)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var found = new List<Tensor>();
        foreach (var chunk in prompts.Chunk(AtOnce))
        {
            using var batch = TargetBatch.Create(_model, [.. chunk.Select(prompt => (prompt, anyLabel))]);
            found.Add(batch.Distributions());
        }

        return cat(found).MoveToOuterDisposeScope();
    }
}
