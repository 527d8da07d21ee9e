using Amend.Tensors;
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

    /// <summary>Makes a transform that changes nothing but for the normalisation.</summary>
    /// <param name="name">What its tensors' names begin with.</param>
    /// <param name="shape">The matrices' inputs and outputs.</param>
    /// <param name="modes">The matrices that share it; 0 for one alone.</param>
    /// <param name="options">Layers, rank, normalisation.</param>
    /// <param name="generator">Draws the first weights.</param>
    /// <param name="device">Where the tensors go.</param>
    public GradientTransform(string name, (long In, long Out) shape, int modes, MendOptions options, Generator generator, Device device)
    {
        (Name, Shape, _normalizes) = (name, shape, options.Norm);
        var width = shape.In + shape.Out;
        for (var layer = 0; layer <= options.NHidden; layer++)
            _layers.Add(new LowRankLayer(width, Math.Min(options.Rank, width), modes, generator, device));
        (_inputs, _outputs) = (new RowMoments(shape.In, device), new RowMoments(shape.Out, device));
        Count = zeros(1, dtype: float64, device: device).DetachFromDisposeScope();
    }

    /// <summary>What its tensors' names begin with.</summary>
    public string Name { get; }

    /// <summary>The matrices' inputs and outputs.</summary>
    public (long In, long Out) Shape { get; }

    /// <summary>How many rows the moments are of, <c>[1]</c> float64.</summary>
    public Tensor Count { get; }

    /// <summary>Its tensors as they stand in a file, by the authors' names; they belong to it.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors
    {
        get
        {
            foreach (var (place, layer) in _layers.Index())
            {
                var prefix = $"{Name}.mlp.layers.{place}";
                yield return ($"{prefix}.u", layer.Up);
                yield return ($"{prefix}.v", layer.Down);
                yield return ($"{prefix}.bias", layer.Bias);
                if (layer.Shifts is not null && layer.Scales is not null)
                {
                    yield return ($"{prefix}.mode_shift.weight", layer.Shifts);
                    yield return ($"{prefix}.mode_scale.weight", layer.Scales);
                }
            }

            yield return ($"{Name}.u_mean", _inputs.Mean);
            yield return ($"{Name}.u_s", _inputs.SquareSum);
            yield return ($"{Name}.v_mean", _outputs.Mean);
            yield return ($"{Name}.v_s", _outputs.SquareSum);
            yield return ($"{Name}.k", Count);
        }
    }

    /// <summary>Takes the rows of a matrix into the moments; training alone does so.</summary>
    public void Learn(GradientRows rows)
    {
        if (rows.Count == 0)
            return;
        using var none = no_grad();
        var before = Count.item<double>();
        _inputs.Add(rows.Inputs, before);
        _outputs.Add(rows.Outputs, before);
        Count.add_(rows.Count);
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
            Inputs = both_NW.narrow(1, 0, Shape.In).MoveToOuterDisposeScope(),
            Outputs = both_NW.narrow(1, Shape.In, Shape.Out).MoveToOuterDisposeScope(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _inputs.Dispose();
        _outputs.Dispose();
        Count.Dispose();
    }

    private (Tensor Inputs, Tensor Outputs) Normalize(GradientRows rows)
    {
        var count = Count.item<double>();
        return count >= 2
            ? (_inputs.Normalize(rows.Inputs, count), _outputs.Normalize(rows.Outputs, count))
            : throw new AmendException(
                $"The network normalises gradients by those that it was trained on, and it has seen {count} for matrices of "
                + $"{Shape.In} inputs and {Shape.Out} outputs; train it, or set norm=false.");
    }
}
