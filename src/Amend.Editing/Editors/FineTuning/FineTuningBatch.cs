using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>The requests of one step: their tokens, and the places at which their targets are scored. Owns its tensors.</summary>
internal sealed class FineTuningBatch : IDisposable
{
    private readonly TokenBatch _tokens;
    private readonly Tensor _rows;
    private readonly Tensor _places;
    private readonly Tensor _targets;
    private readonly Tensor _shares;

    private FineTuningBatch(LanguageModel model, IReadOnlyList<(int[] Prompt, int[] Target)> pairs, FineTuningObjective objective)
    {
        using var scope = NewDisposeScope();
        var isAppended = objective == FineTuningObjective.Autoregressive;
        IReadOnlyList<IReadOnlyList<int>> sequences = [.. pairs.Select(p => (IReadOnlyList<int>)(isAppended ? [.. p.Prompt, .. p.Target[..^1]] : p.Prompt))];
        Requests = pairs.Count;
        _tokens = TokenBatch.Pad(sequences, padding: 0, model.Device);
        Tensor Each(Func<int, int, long> of) =>
            tensor(pairs.SelectMany((pair, row) => pair.Target.Select((_, t) => of(row, t))).ToArray(), device: model.Device);
        _rows = Each((row, _) => row);
        _places = Each((row, t) => pairs[row].Prompt.Length - 1 + (isAppended ? t : 0));
        _targets = Each((row, t) => pairs[row].Target[t]);
        _shares = tensor(pairs.SelectMany(p => p.Target.Select(_ => 1f / (p.Target.Length * pairs.Count))).ToArray(), device: model.Device);
        foreach (var kept in Owned)
            kept.DetachFromDisposeScope();
    }

    /// <summary>The number of requests.</summary>
    public int Requests { get; }

    /// <summary>True at real tokens, <c>[B,T]</c>; it belongs to this batch.</summary>
    public Tensor Mask => _tokens.Mask;

    /// <summary>The row of each target token, int64; it belongs to this batch.</summary>
    public Tensor Rows => _rows;

    /// <summary>The place from which each target token is predicted, int64; it belongs to this batch.</summary>
    public Tensor Places => _places;

    private Tensor[] Owned => [_tokens.Ids, _tokens.Mask, _rows, _places, _targets, _shares];

    /// <summary>Tokenizes requests; targets get a space in front where they have none.</summary>
    /// <exception cref="AmendException">A prompt is empty, or prompt and target exceed the model's context.</exception>
    public static FineTuningBatch Create(LanguageModel model, IEnumerable<EditRequest> requests, FineTuningObjective objective)
    {
        var pairs = requests
            .Select(request => (
                Prompt: model.Tokenize(request.FilledPrompt).Ids.ToArray(),
                Target: model.Tokenize(TargetSequence.WithSpace(request.TargetNew)).Ids.ToArray()))
            .ToArray();
        model.CheckLength(pairs.Max(pair => pair.Prompt.Length + pair.Target.Length - 1));
        return new FineTuningBatch(model, pairs, objective);
    }

    /// <summary>
    /// The mean over requests of the target tokens' mean negative log-probability, in nats, a scalar in the caller's dispose
    /// scope: -1/B Σ_i 1/n_i Σ_t log P(o*_t | prompt_i, o*_&lt;t), or with each token read at the prompt's end.
    /// </summary>
    public Tensor Loss(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        var read = model.Hidden(_tokens).index(TensorIndex.Tensor(_rows), TensorIndex.Tensor(_places));
        var logProbabilities = nn.functional.log_softmax(model.RequireDecoder("Fine-tuning").Unembed(read).to(float32), -1);
        var ofTarget = logProbabilities.gather(1, _targets.unsqueeze(1)).squeeze(1);
        return (ofTarget * _shares).sum().neg().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in Owned)
            kept.Dispose();
    }
}
