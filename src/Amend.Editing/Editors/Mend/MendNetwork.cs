using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// MEND's network (Mitchell et al. 2022): the gradients of an edit, row by row, through a <see cref="GradientTransform"/> for each shape
/// of matrix, times a learned rate for each matrix. It owns its tensors.
/// </summary>
internal sealed class MendNetwork : RowNetwork
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly List<GradientTransform> _transforms = [];

    /// <summary>Makes a network whose updates are the normalised gradients themselves.</summary>
    /// <param name="weights">The matrices, at least one, in the order in which they are counted.</param>
    /// <param name="options">Layers, rank, first rate.</param>
    /// <param name="seed">Draws the first weights.</param>
    public MendNetwork(IReadOnlyList<ModelWeight> weights, MendNetworkOptions options, int seed)
        : base(weights, options.EditLr)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var scope = NewDisposeScope();
        foreach (var group in weights.GroupBy(weight => NameOf(weight, options.Shared)))
        {
            var (names, shape) = (group.Select(weight => weight.Name).ToList(), group.First().Value.shape);
            var modes = options.Shared ? names.Count : 0;
            _transforms.Add(new GradientTransform(
                group.Key, (shape[1], shape[0]), modes, options, generator, group.First().Value.device));
            foreach (var (mode, name) in names.Index())
                _places[name] = new Place(_transforms[^1], mode);
        }
    }

    /// <summary>The weights of the transforms, by the authors' names; they belong to the network.</summary>
    public IReadOnlyList<NamedTensor> Learned => [.. _transforms.SelectMany(transform => transform.Learned)];

    /// <summary>What is learned, and the moments, which are float64; by the authors' names.</summary>
    public override IReadOnlyList<NamedTensor> Tensors => [.. _transforms.SelectMany(transform => transform.Tensors), Rates];

    /// <inheritdoc/>
    public override void Dispose()
    {
        _transforms.ForEach(transform => transform.Dispose());
        base.Dispose();
    }

    /// <summary>Transforms the gradients; in training the moments take in the rows of each matrix before these are transformed.</summary>
    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, RowUpdate> Make(LanguageModel model, EditedTexts texts, bool learn)
    {
        var gradients = RequestGradients.Take(model, texts.Batch, Weights, texts.Shares);
        var updates = new Dictionary<string, RowUpdate>(StringComparer.Ordinal);
        foreach (var (place, name) in Weights.Index())
        {
            var (transform, mode) = _places[name];
            var rows = GradientRows.Of(gradients[name], texts.Edits);
            if (learn)
                transform.Learn(rows);
            var transformed = transform.Apply(rows, mode);
            updates[name] = new RowUpdate(
                (transformed.Outputs * RateAt(place)).MoveToOuterDisposeScope(),
                transformed.Inputs.MoveToOuterDisposeScope(),
                transformed.Edits.MoveToOuterDisposeScope());
        }

        return updates;
    }

    /// <summary>Matrices of one shape share a transform, whatever the model calls them.</summary>
    private static string NameOf(ModelWeight weight, bool shared) =>
        shared ? $"({weight.Value.shape[1]}, {weight.Value.shape[0]})" : weight.Name.Replace('.', '#');

    private sealed record Place(GradientTransform Transform, int Mode);
}
