using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// MEND's network (Mitchell et al. 2022): the gradients of an edit, row by row, through a <see cref="GradientTransform"/> for each shape
/// of matrix, times a learned rate for each matrix. It owns its tensors.
/// </summary>
internal sealed class MendNetwork : IDisposable
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly List<GradientTransform> _transforms = [];

    /// <summary>Makes a network whose updates are the normalised gradients themselves.</summary>
    /// <param name="weights">The matrices, in the order in which they are counted.</param>
    /// <param name="options">Layers, rank, first rate.</param>
    /// <param name="seed">Draws the first weights.</param>
    public MendNetwork(IReadOnlyList<ModelWeight> weights, MendOptions options, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var scope = NewDisposeScope();
        var device = weights[0].Value.device;
        foreach (var group in weights.GroupBy(weight => NameOf(weight, options.Shared)))
        {
            var (names, value) = (group.Select(weight => weight.Name).ToList(), group.First().Value);
            var transform = new GradientTransform(
                group.Key, (value.shape[1], value.shape[0]), options.Shared ? names.Count : 0, options, generator, device);
            _transforms.Add(transform);
            foreach (var (mode, name) in names.Index())
                _places[name] = new Place(transform, mode);
        }

        Weights = [.. weights.Select(weight => weight.Name)];
        Rates = full(weights.Count, options.EditLr, device: device).DetachFromDisposeScope().requires_grad_();
    }

    /// <summary>The names of the matrices.</summary>
    public IReadOnlyList<string> Weights { get; }

    /// <summary>α of each matrix, <c>[M]</c>, with gradients; it belongs to the network.</summary>
    public Tensor Rates { get; }

    /// <summary>All tensors as they stand in a file, by the authors' names; they belong to the network.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors =>
        [.. _transforms.SelectMany(transform => transform.Tensors), ("edit_lrs", Rates)];

    /// <summary>The changes that edits make together, of the model as it is.</summary>
    /// <returns>By the matrix's name, with gradients, in the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, MendUpdate> Together(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        using var edits = Batch(model, requests);
        var tokens = edits.Targets.Sum(target => target.Count);
        var rows = GradientRows.Take(model, Weights, edits, [.. edits.Targets.Select(target => (double)target.Count / tokens)]);
        return Transform(rows, learn: false);
    }

    /// <summary>The changes that edits make each for itself, of the model as it is; see <see cref="MendUpdate.Edits"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">The edits.</param>
    /// <param name="learn">Whether the moments take the rows in.</param>
    /// <returns>By the matrix's name, with gradients, in the caller's dispose scope.</returns>
    public IReadOnlyDictionary<string, MendUpdate> Apart(LanguageModel model, IReadOnlyList<EditRequest> requests, bool learn)
    {
        using var scope = NewDisposeScope();
        using var edits = Batch(model, requests);
        return Transform(GradientRows.Take(model, Weights, edits, [.. edits.Targets.Select(_ => 1.0)]), learn);
    }

    /// <summary>The changes that gradients become.</summary>
    /// <param name="rows">The rows of each matrix.</param>
    /// <param name="learn">Whether the moments take the rows in, each matrix before its own are transformed.</param>
    /// <returns>By the matrix's name, with gradients, in the outer dispose scope.</returns>
    private Dictionary<string, MendUpdate> Transform(IReadOnlyDictionary<string, GradientRows> rows, bool learn)
    {
        var updates = new Dictionary<string, MendUpdate>(StringComparer.Ordinal);
        foreach (var (place, name) in Weights.Index())
        {
            using var scope = NewDisposeScope();
            var (transform, mode) = _places[name];
            if (learn)
                transform.Learn(rows[name]);
            var transformed = transform.Apply(rows[name], mode);
            updates[name] = new MendUpdate(
                (transformed.Outputs * Rates[place]).MoveToOuterDisposeScope().MoveToOuterDisposeScope(),
                transformed.Inputs.MoveToOuterDisposeScope().MoveToOuterDisposeScope(),
                transformed.Edits.MoveToOuterDisposeScope());
        }

        return updates;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transforms.ForEach(transform => transform.Dispose());
        Rates.Dispose();
    }

    private static TargetBatch Batch(LanguageModel model, IReadOnlyList<EditRequest> requests) =>
        TargetBatch.Create(model, [.. requests.Select(request => (request.FilledPrompt, request.TargetNew))]);

    /// <summary>Matrices of one shape share a transform, whatever the model calls them.</summary>
    private static string NameOf(ModelWeight weight, bool shared) =>
        shared ? $"({weight.Value.shape[1]}, {weight.Value.shape[0]})" : weight.Name.Replace('.', '#');

    private sealed record Place(GradientTransform Transform, int Mode);
}
