using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>
/// A network whose changes are sums over rows of gradients, times a learned rate α for each matrix: <see cref="RowUpdate"/>. It owns its
/// tensors.
/// </summary>
internal abstract class RowNetwork : HyperNetwork
{
    private const string RatesName = "edit_lrs";
    private readonly Tensor _rates;

    /// <summary>Makes the rates.</summary>
    /// <param name="weights">The matrices, at least one, in the order in which they are counted.</param>
    /// <param name="rate">The rate of each at first.</param>
    protected RowNetwork(IReadOnlyList<ModelWeight> weights, double rate)
    {
        Weights = [.. weights.Select(weight => weight.Name)];
        _rates = full(weights.Count, rate, device: weights[0].Value.device).DetachFromDisposeScope().requires_grad_();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Weights { get; }

    /// <summary>The rate α of each matrix, <c>[M]</c>; it belongs to the network.</summary>
    public NamedTensor Rates => new(RatesName, _rates);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Updates(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        return Together(model, requests).ToDictionary(
            update => update.Key, update => update.Value.ToDense().MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>The changes as their factors, of rows for the requests' tokens; matrices that no token reaches are left out.</summary>
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, IWeightDelta> Deltas(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var reached = Together(model, requests).Where(update => update.Value.Edits.numel() > 0).ToList();
        return reached.Count > 0
            ? reached.ToDictionary(
                update => update.Key,
                update => (IWeightDelta)new LowRankDelta(update.Value.Left.t(), update.Value.Right.t()),
                StringComparer.Ordinal)
            : throw new AmendException(
                $"The gradient of '{requests[0].FilledPrompt}' is 0 at {string.Join(", ", Weights)}, so there is nothing to change "
                + "them by; the model gives the target with certainty, or its weights are broken.");
    }

    /// <summary>The changes that edits make each for itself, of the model as it is; see <see cref="RowUpdate.Edits"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">The edits.</param>
    /// <param name="learn">Whether a training makes them.</param>
    /// <returns>By the matrix's name, with gradients where the caller has them on, in the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, RowUpdate> Apart(LanguageModel model, IReadOnlyList<EditRequest> requests, bool learn)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch(model, requests);
        return Make(model, new EditedTexts(batch, [.. requests.Select(_ => 1.0)], [.. Enumerable.Range(0, batch.Count)]), learn);
    }

    /// <inheritdoc/>
    public override void Dispose() => _rates.Dispose();

    /// <summary>The changes that texts make.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="learn">Whether a training makes them.</param>
    /// <returns>By the matrix's name, in the dispose scope outside the caller's.</returns>
    protected abstract IReadOnlyDictionary<string, RowUpdate> Make(LanguageModel model, EditedTexts texts, bool learn);

    /// <summary>The rate of the matrix at a place, a scalar in the caller's dispose scope.</summary>
    protected Tensor RateAt(int place) => _rates[place];

    /// <summary>The changes that requests make as one edit: of the mean loss over all their target tokens.</summary>
    private IReadOnlyDictionary<string, RowUpdate> Together(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch(model, requests);
        var tokens = (double)batch.Targets.Sum(target => target.Count);
        double[] shares = [.. batch.Targets.Select(target => target.Count / tokens)];
        return Make(model, new EditedTexts(batch, shares, new int[batch.Count]), learn: false);
    }

    private static TargetBatch Batch(LanguageModel model, IReadOnlyList<EditRequest> requests) =>
        TargetBatch.Create(model, [.. requests.Select(request => (request.FilledPrompt, request.TargetNew))]);
}

/// <summary>Texts whose gradients become changes.</summary>
/// <param name="Batch">Their prompts and targets; the caller's.</param>
/// <param name="Shares">What each one's mean loss a token counts for.</param>
/// <param name="Edits">The edit that each belongs to.</param>
internal sealed record EditedTexts(TargetBatch Batch, IReadOnlyList<double> Shares, IReadOnlyList<int> Edits);
