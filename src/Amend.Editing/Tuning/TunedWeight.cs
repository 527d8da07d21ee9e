using Amend.Models.Weights;
using Amend.Tensors.LinearAlgebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.Tuning;

/// <summary>
/// A model's weight while it is tuned. Steps change a float32 master, so that they are not lost where the weight is of half
/// precision; the model sees the master rounded to its type. Disposing puts the weight back bit for bit and asks for no more
/// gradients.
/// </summary>
internal sealed class TunedWeight : ITunedWeight
{
    private readonly Tensor _weight;
    private readonly Tensor _saved;
    private readonly Tensor _start;

    /// <summary>Begins to tune a weight of a model, which from now on asks for gradients.</summary>
    public TunedWeight(ModelWeight weight)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Name = weight.Name;
        _weight = weight.Value;
        _saved = _weight.detach().clone().DetachFromDisposeScope();
        _start = _saved.to(float32).clone().DetachFromDisposeScope();
        Master = new Parameter(_start.clone());
        Master.DetachFromDisposeScope();
        _weight.requires_grad_();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>What the optimiser changes, float32, of the weight's shape.</summary>
    public Parameter Master { get; }

    /// <inheritdoc/>
    public Tensor Leaf => _weight;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [Master];

    /// <inheritdoc/>
    public void Receive(Tensor slope) => Master.grad = slope.to(float32);

    /// <summary>Gives the master other values, which the model sees at once.</summary>
    /// <param name="values">Of the weight's shape.</param>
    public void Set(Tensor values)
    {
        using var none = no_grad();
        Master.copy_(values);
        Show();
    }

    /// <summary>Puts every element of the master back into [w₀ - ε, w₀ + ε].</summary>
    public void Clamp(double epsilon)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Master.copy_(Master.maximum(_start - epsilon).minimum(_start + epsilon));
    }

    /// <summary>The squared distance of the master from the weight as it was, in float64.</summary>
    public double SquaredDistance()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return (Master - _start).to(float64).square().sum().item<double>();
    }

    /// <summary>Shortens the way of the master from the weight as it was.</summary>
    /// <param name="factor">The share that remains.</param>
    public void Shorten(double factor)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Master.copy_(_start + (Master - _start) * factor);
    }

    /// <inheritdoc/>
    public void Show()
    {
        using var none = no_grad();
        _weight.copy_(Master);
    }

    /// <summary>The master minus the weight as it was; the caller disposes.</summary>
    public DenseDelta ToDelta()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return new DenseDelta(Master - _start);
    }

    IWeightDelta ITunedWeight.ToDelta() => ToDelta();

    /// <inheritdoc/>
    public void Dispose()
    {
        using var none = no_grad();
        _weight.requires_grad_(false);
        _weight.copy_(_saved);
        Master.grad = null;
        Master.Dispose();
        _start.Dispose();
        _saved.Dispose();
    }
}
