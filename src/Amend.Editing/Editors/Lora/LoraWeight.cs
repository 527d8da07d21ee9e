using Amend.Editing.Tuning;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Lora;

/// <summary>
/// A model's matrix W₀ <c>[out,in]</c> while W₀ + α/r · B A is trained (Hu et al. 2021, eq. 3). B starts at zero, A uniform as
/// PEFT draws it, in ±1/√in. The model sees the sum, and the factors' gradients follow from its own: ∂B = α/r · G Aᵀ and
/// ∂A = α/r · Bᵀ G.
/// </summary>
internal sealed class LoraWeight : ITunedWeight
{
    private readonly Tensor _weight;
    private readonly Tensor _saved;
    private readonly Parameter _down_RI;
    private readonly Parameter _up_OR;
    private readonly double _scale;

    /// <summary>Begins to train factors for a matrix, which from now on asks for gradients.</summary>
    /// <param name="weight">The matrix.</param>
    /// <param name="options">Rank and α.</param>
    /// <param name="generator">Draws A.</param>
    /// <exception cref="AmendException">The rank is over the matrix's smaller side.</exception>
    public LoraWeight(ModelWeight weight, LoraOptions options, Generator generator)
    {
        var (outputs, inputs) = (weight.Value.shape[0], weight.Value.shape[1]);
        if (options.Rank > Math.Min(outputs, inputs))
            throw new AmendException(
                $"Rank {options.Rank} was asked for '{weight.Name}', which is {outputs} x {inputs}; "
                + $"give a rank of at most {Math.Min(outputs, inputs)}.");
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Name = weight.Name;
        _weight = weight.Value;
        _saved = _weight.detach().clone().DetachFromDisposeScope();
        _scale = options.LoraAlpha / options.Rank;
        var drawn = (rand([options.Rank, inputs], generator: generator) * 2 - 1) / Math.Sqrt(inputs);
        _down_RI = Owned(drawn.to(_weight.device));
        _up_OR = Owned(zeros(outputs, options.Rank, device: _weight.device));
        _weight.requires_grad_();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Tensor Leaf => _weight;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [_down_RI, _up_OR];

    /// <inheritdoc/>
    public void Receive(Tensor slope)
    {
        using var none = no_grad();
        var slope_OI = slope.to(float32);
        _down_RI.grad = _up_OR.t().matmul(slope_OI) * _scale;
        _up_OR.grad = slope_OI.matmul(_down_RI.t()) * _scale;
    }

    /// <inheritdoc/>
    public void Show()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        _weight.copy_(_saved.to(float32) + _up_OR.matmul(_down_RI) * _scale);
    }

    /// <inheritdoc/>
    public IWeightDelta ToDelta()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return new LowRankDelta(_up_OR * _scale, _down_RI.t());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var none = no_grad();
        _weight.requires_grad_(false);
        _weight.copy_(_saved);
        foreach (var factor in Parameters)
        {
            factor.grad = null;
            factor.Dispose();
        }

        _saved.Dispose();
    }

    private static Parameter Owned(Tensor start)
    {
        var factor = new Parameter(start.clone());
        factor.DetachFromDisposeScope();
        return factor;
    }
}
