using Amend.Editing.HyperNetworks;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// MEND's network (Mitchell et al. 2022): the gradients of an edit, row by row, through a <see cref="GradientTransform"/> for each shape
/// of matrix, times a learned rate for each matrix. It owns its tensors.
/// </summary>
internal sealed class MendNetwork : HyperNetwork
{
    private const string RatesName = "edit_lrs";
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly List<GradientTransform> _transforms = [];
    private readonly Tensor _rates;

    /// <summary>Makes a network whose updates are the normalised gradients themselves.</summary>
    /// <param name="weights">The matrices, at least one, in the order in which they are counted.</param>
    /// <param name="options">Layers, rank, first rate.</param>
    /// <param name="seed">Draws the first weights.</param>
    public MendNetwork(IReadOnlyList<ModelWeight> weights, MendNetworkOptions options, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var scope = NewDisposeScope();
        var device = weights[0].Value.device;
        foreach (var group in weights.GroupBy(weight => NameOf(weight, options.Shared)))
        {
            var (names, shape) = (group.Select(weight => weight.Name).ToList(), group.First().Value.shape);
            var modes = options.Shared ? names.Count : 0;
            _transforms.Add(new GradientTransform(group.Key, (shape[1], shape[0]), modes, options, generator, device));
            foreach (var (mode, name) in names.Index())
                _places[name] = new Place(_transforms[^1], mode);
        }

        Weights = [.. weights.Select(weight => weight.Name)];
        _rates = full(weights.Count, options.EditLr, device: device).DetachFromDisposeScope().requires_grad_();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Weights { get; }

    /// <summary>The weights of the transforms, by the authors' names; they belong to the network.</summary>
    public IReadOnlyList<NamedTensor> Learned => [.. _transforms.SelectMany(transform => transform.Learned)];

    /// <summary>The rate α of each matrix, <c>[M]</c>; it belongs to the network.</summary>
    public NamedTensor Rates => new(RatesName, _rates);

    /// <summary>What is learned, and the moments, which are float64; by the authors' names.</summary>
    public override IReadOnlyList<NamedTensor> Tensors => [.. _transforms.SelectMany(transform => transform.Tensors), Rates];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Updates(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        return Together(model, requests).ToDictionary(
            update => update.Key, update => update.Value.ToDense().MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>The changes as their factors, a row for each token of the requests; matrices that no token reaches are left out.</summary>
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
                $"The gradient of '{requests[0].FilledPrompt}' is 0 at {string.Join(", ", Weights)}, so there is nothing to transform; "
                + "the model gives the target with certainty, or its weights are broken.");
    }

    /// <summary>The changes that edits make each for itself, of the model as it is; see <see cref="MendUpdate.Edits"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">The edits.</param>
    /// <param name="learn">Whether the moments take the rows in.</param>
    /// <returns>By the matrix's name, with gradients where the caller has them on, in the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, MendUpdate> Apart(LanguageModel model, IReadOnlyList<EditRequest> requests, bool learn)
    {
        using var scope = NewDisposeScope();
        using var edits = Batch(model, requests);
        return Transform(RequestGradients.Take(model, edits, Weights, [.. edits.Targets.Select(_ => 1.0)]), edits.Count, learn);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _transforms.ForEach(transform => transform.Dispose());
        _rates.Dispose();
    }

    /// <summary>The changes that edits make together: of the mean loss over all their target tokens.</summary>
    private Dictionary<string, MendUpdate> Together(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        using var edits = Batch(model, requests);
        var tokens = (double)edits.Targets.Sum(target => target.Count);
        double[] shares = [.. edits.Targets.Select(target => target.Count / tokens)];
        return Transform(RequestGradients.Take(model, edits, Weights, shares), edits.Count, learn: false);
    }

    /// <summary>
    /// The changes that the gradients of edits become, in the dispose scope outside the caller's. With <paramref name="learn"/> the
    /// moments take in the rows of each matrix before these are transformed.
    /// </summary>
    private Dictionary<string, MendUpdate> Transform(IReadOnlyDictionary<string, LinearGradient> gradients, int edits, bool learn)
    {
        var updates = new Dictionary<string, MendUpdate>(StringComparer.Ordinal);
        foreach (var (place, name) in Weights.Index())
        {
            var (transform, mode) = _places[name];
            var rows = GradientRows.Of(gradients[name], edits);
            if (learn)
                transform.Learn(rows);
            var transformed = transform.Apply(rows, mode);
            updates[name] = new MendUpdate(
                (transformed.Outputs * _rates[place]).MoveToOuterDisposeScope(),
                transformed.Inputs.MoveToOuterDisposeScope(),
                transformed.Edits.MoveToOuterDisposeScope());
        }

        return updates;
    }

    private static TargetBatch Batch(LanguageModel model, IReadOnlyList<EditRequest> requests) =>
        TargetBatch.Create(model, [.. requests.Select(request => (request.FilledPrompt, request.TargetNew))]);

    /// <summary>Matrices of one shape share a transform, whatever the model calls them.</summary>
    private static string NameOf(ModelWeight weight, bool shared) =>
        shared ? $"({weight.Value.shape[1]}, {weight.Value.shape[0]})" : weight.Name.Replace('.', '#');

    private sealed record Place(GradientTransform Transform, int Mode);
}
