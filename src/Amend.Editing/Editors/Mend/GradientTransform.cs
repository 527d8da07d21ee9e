using Amend.Editing.HyperNetworks.Rows;
using Amend.Tensors;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

/// <summary>
/// The network of MEND for matrices of one shape (Mitchell et al. 2022, section 3.2): it takes each token's input u and output gradient
/// δ, side by side and normalised by the moments of all that it was trained on, through residual layers of low rank. It owns its
/// tensors.
/// </summary>
internal sealed class GradientTransform : IDisposable
{
    private readonly List<LowRankLayer> _layers = [];
    private readonly RowMoments _inputs;
    private readonly RowMoments _outputs;
    private readonly bool _normalizes;
    private readonly string _name;
    private readonly (long In, long Out) _shape;

    /// <summary>How many rows the moments are of, <c>[1]</c> float64.</summary>
    private readonly Tensor _count;

    /// <summary>Makes a transform that changes nothing but for the normalisation.</summary>
    /// <param name="name">What its tensors' names begin with.</param>
    /// <param name="shape">The matrices' inputs and outputs.</param>
    /// <param name="modes">The matrices that share it; 0 for one alone.</param>
    /// <param name="options">Layers, rank, normalisation.</param>
    /// <param name="generator">Draws the first weights.</param>
    /// <param name="device">Where the tensors go.</param>
    public GradientTransform(
        string name, (long In, long Out) shape, int modes, MendNetworkOptions options, Generator generator, Device device)
    {
        (_name, _shape, _normalizes) = (name, shape, options.Norm);
        var width = shape.In + shape.Out;
        for (var layer = 0; layer <= options.NHidden; layer++)
            _layers.Add(new LowRankLayer(width, Math.Min(options.Rank, width), modes, generator, device));
        (_inputs, _outputs) = (new RowMoments(shape.In, device), new RowMoments(shape.Out, device));
        _count = zeros(1, dtype: float64, device: device).DetachFromDisposeScope();
    }

    /// <summary>The weights of its layers, by the authors' names; they belong to it.</summary>
    public IEnumerable<NamedTensor> Learned => _layers.SelectMany((layer, place) => layer.Tensors($"{_name}.mlp.layers.{place}"));

    /// <summary>The weights and the moments, by the authors' names; they belong to it.</summary>
    public IEnumerable<NamedTensor> Tensors =>
    [
        .. Learned,
        new($"{_name}.u_mean", _inputs.Mean),
        new($"{_name}.u_s", _inputs.SquareSum),
        new($"{_name}.v_mean", _outputs.Mean),
        new($"{_name}.v_s", _outputs.SquareSum),
        new($"{_name}.k", _count),
    ];

    /// <summary>Takes the rows of a matrix into the moments; training alone does so.</summary>
    public void Learn(GradientRows rows)
    {
        if (rows.Count == 0)
            return;
        using var none = no_grad();
        var before = _count.item<double>();
        _inputs.Add(rows.Inputs, before);
        _outputs.Add(rows.Outputs, before);
        _count.add_(rows.Count);
    }

    /// <summary>Transforms the rows of a matrix.</summary>
    /// <param name="rows">Its inputs and output gradients.</param>
    /// <param name="mode">Its place among the matrices that share the transform.</param>
    /// <returns>ũ and δ̃ of the same rows, with gradients, in the caller's dispose scope.</returns>
    /// <exception cref="AmendException">The moments are of fewer than two rows.</exception>
    public GradientRows Apply(GradientRows rows, int mode)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = _normalizes ? Normalize(rows) : (rows.Inputs, rows.Outputs);
        var both_NW = _layers.Aggregate(cat([inputs, outputs], 1), (value, layer) => layer.Apply(value, mode));
        return rows with
        {
            Inputs = both_NW.narrow(1, 0, _shape.In).MoveToOuterDisposeScope(),
            Outputs = both_NW.narrow(1, _shape.In, _shape.Out).MoveToOuterDisposeScope(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _inputs.Dispose();
        _outputs.Dispose();
        _count.Dispose();
    }

    private (Tensor Inputs, Tensor Outputs) Normalize(GradientRows rows)
    {
        var count = _count.item<double>();
        return count >= 2
            ? (_inputs.Normalize(rows.Inputs, count), _outputs.Normalize(rows.Outputs, count))
            : throw new AmendException(
                $"The network normalises gradients by those that it was trained on, and it has seen {count} for matrices of "
                + $"{_shape.In} inputs and {_shape.Out} outputs; train it, or set norm=false.");
    }
}
