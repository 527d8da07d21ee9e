using Amend.Editing.Tuning;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Elastic;

/// <summary>
/// Elastic weight consolidation (Kirkpatrick et al. 2017, eq. 3): λ Σ F (w - w̄)² over tuned weights, F the diagonal of the Fisher
/// information of earlier requests. Owns its tensors.
/// </summary>
internal sealed class ElasticPenalty : IDisposable
{
    private readonly double _lambda;
    private readonly IReadOnlyList<TunedWeight> _weights;
    private readonly List<Tensor> _fisher = [];
    private readonly List<Tensor> _anchors = [];

    /// <summary>Measures the information on the model as it is, before it is tuned.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">The tuned weights; they stay the caller's.</param>
    /// <param name="past">The requests of earlier edits, in order.</param>
    /// <param name="present">The request that is tuned.</param>
    /// <param name="options">λ, how many requests count, and the form.</param>
    public ElasticPenalty(
        LanguageModel model,
        IReadOnlyList<TunedWeight> weights,
        IReadOnlyList<PastRequest> past,
        PastRequest present,
        ElasticOptions options)
    {
        (_lambda, _weights) = (options.EwcLambda, weights);
        var isReleased = options.Fisher == FisherForm.AsReleased;
        PastRequest[] latest = [.. (isReleased ? past.Append(present) : past).Reverse().Take(options.FisherMem)];
        var divisor = isReleased ? options.FisherMem : Math.Max(1, latest.Length);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var weight in weights)
        {
            _fisher.Add(zeros_like(weight.Master).DetachFromDisposeScope());
            var share = isReleased ? (double)latest.Length / divisor : 1;
            _anchors.Add((weight.Master * share).DetachFromDisposeScope());
        }

        AddSquares(model, latest, isReleased);
        foreach (var fisher in _fisher)
            fisher.div_(divisor);
    }

    /// <summary>λ Σ F (w - w̄)², a scalar with gradients for the model's weights, in the caller's dispose scope.</summary>
    public Tensor Loss()
    {
        using var scope = NewDisposeScope();
        var sum = zeros([], device: _fisher[0].device);
        foreach (var (at, weight) in _weights.Index())
            sum += (_fisher[at] * (weight.Leaf.to(float32) - _anchors[at]).square()).sum();
        return (sum * _lambda).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in _fisher.Concat(_anchors))
            owned.Dispose();
        _fisher.Clear();
        _anchors.Clear();
    }

    private void AddSquares(LanguageModel model, PastRequest[] requests, bool addsUp)
    {
        var sums = _fisher.Select(fisher => zeros_like(fisher)).ToList();
        foreach (var request in requests)
        {
            using var inner = NewDisposeScope();
            var slopes = Slopes(model, request);
            for (var at = 0; at < slopes.Length; at++)
            {
                var slope = slopes[at].to(float32);
                _fisher[at].add_((addsUp ? sums[at].add_(slope) : slope).square());
            }
        }
    }

    private Tensor[] Slopes(LanguageModel model, PastRequest request)
    {
        using var gradients = enable_grad();
        using var batch = TargetBatch.Create(model, [(request.Prompt, request.Target)]);
        return [.. Gradients.Of(batch.Loss(), [.. _weights.Select(weight => weight.Leaf)])];
    }
}
