using Amend.Models.Configuration;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// A model as it would be with other parameters: while it is open, the passes of the thread that opened it read other tensors in the
/// place of some of them, within the graph of gradients, and have other adaptors, and its prompts have another preamble. The parameters
/// are not written, and the passes of other threads do not see it, so two threads may ask one model in two states at once. What a view
/// does not replace is read from the model, so no edit can be applied or taken back while a view is open.
/// </summary>
public sealed class WeightView : Intervention
{
    private readonly WeightTable _weights;
    private readonly Dictionary<string, Tensor> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IAdaptor?> _adaptors = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];
    private IPreamble? _preamble;
    private bool _hasPreamble;

    /// <summary>Opens a view in which nothing is replaced yet.</summary>
    /// <param name="weights">The model's parameters.</param>
    public WeightView(WeightTable weights)
        : base(weights.Taps) => _weights = weights;

    /// <summary>Puts a tensor in the place of a parameter.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="value">
    /// A tensor of its shape, type and device. The view keeps the data alive; the caller may dispose the tensor.
    /// </param>
    /// <exception cref="ModelFormatException">No parameter has the name.</exception>
    /// <exception cref="ArgumentException">The shape or type is another.</exception>
    public WeightView Put(string parameter, Tensor value)
    {
        var present = _weights[parameter].Value;
        if (!present.shape.SequenceEqual(value.shape) || present.dtype != value.dtype)
        {
            throw new ArgumentException(
                $"A {value.dtype} [{string.Join(',', value.shape)}] was given for '{parameter}', which is {present.dtype} "
                + $"[{string.Join(',', present.shape)}]; give a tensor of its shape and type.",
                nameof(value));
        }

        Keep(parameter, value.alias());
        return this;
    }

    /// <summary>Adds a change to a parameter as it is within the view, W + ΔW; gradients reach the change.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="change">ΔW, of its shape, on any device; the sum is rounded to the parameter's type.</param>
    /// <exception cref="ModelFormatException">No parameter has the name.</exception>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public WeightView Add(string parameter, Tensor change)
    {
        var present = _weights[parameter].Value;
        if (!present.shape.SequenceEqual(change.shape))
        {
            throw new ArgumentException(
                $"A change of [{string.Join(',', change.shape)}] was given for '{parameter}', which is "
                + $"[{string.Join(',', present.shape)}]; give one of its shape.",
                nameof(change));
        }

        using var scope = NewDisposeScope();
        Keep(parameter, (Taps.Read(parameter, present) + change.to(present.device)).to(present.dtype));
        return this;
    }

    /// <summary>
    /// Adds a change of low rank, W + L Rᵀ, in float64, and rounds it once as an applied change is; gradients reach both factors.
    /// </summary>
    /// <param name="parameter">The weight's name.</param>
    /// <param name="left">L, the factor on the side of the outputs, <c>[out,R]</c>.</param>
    /// <param name="right">R, the factor on the side of the inputs, <c>[in,R]</c>.</param>
    /// <exception cref="ModelFormatException">No weight has the name.</exception>
    /// <exception cref="ArgumentException">The factors are not the weight's.</exception>
    public WeightView Add(string parameter, Tensor left, Tensor right)
    {
        using var scope = NewDisposeScope();
        return Add(parameter, left.to(ScalarType.Float64).matmul(right.to(ScalarType.Float64).t()));
    }

    /// <summary>Puts an adaptor on a linear layer within the view, or takes the one away that is there.</summary>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <param name="adaptor">The adaptor, which stays the caller's; null for none.</param>
    /// <exception cref="Tensors.AmendException">No linear layer has such a weight.</exception>
    public WeightView Adapt(string weight, IAdaptor? adaptor)
    {
        Taps.RequireLinear(weight);
        _adaptors[weight] = adaptor;
        return this;
    }

    /// <summary>Puts a text in front of prompts within the view, or takes the one away that is there.</summary>
    /// <param name="preamble">What says which text, which stays the caller's; null for none.</param>
    public WeightView ReadBehind(IPreamble? preamble)
    {
        (_preamble, _hasPreamble) = (preamble, true);
        return this;
    }

    /// <summary>Gives the view what it is to free when it closes.</summary>
    internal void Own(IDisposable owned) => _owned.Add(owned);

    internal override bool ReadsWeights => true;

    internal override IReadOnlyCollection<string> AdaptedLayers => _adaptors.Keys;

    internal override Tensor Read(string parameter, Tensor value) => _values.GetValueOrDefault(parameter, value);

    internal override IAdaptor? AdaptorOn(string weight, IAdaptor? adaptor) => _adaptors.GetValueOrDefault(weight, adaptor);

    internal override IPreamble? PreambleOf(IPreamble? preamble) => _hasPreamble ? _preamble : preamble;

    private protected override void Free()
    {
        foreach (var value in _values.Values)
            value.Dispose();
        _values.Clear();
        _owned.ForEach(owned => owned.Dispose());
        _owned.Clear();
    }

    private void Keep(string parameter, Tensor value)
    {
        if (_values.Remove(parameter, out var old))
            old.Dispose();
        _values[parameter] = value.DetachFromDisposeScope();
    }
}
