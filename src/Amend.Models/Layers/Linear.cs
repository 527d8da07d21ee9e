using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// A linear map, x Wᵀ + b. It knows its weight by name, and what it is given and gives out goes through the model's taps: the one place
/// where adaptors, traces of inputs and gradients, and views of other weights take hold.
/// </summary>
public sealed record Linear
{
    /// <summary>
    /// How many tokens, from the first to the second, are mapped as W xᵀ, at up to twice the rate of x Wᵀ: MKL then lays its tiles along
    /// the outputs, where x Wᵀ reads all of W for every few tokens. Fewer tokens have kernels of their own, <see cref="FewRows"/> and one
    /// in x Wᵀ, which round less (bench/results/kernels.md).
    /// </summary>
    private static readonly (long Least, long Most) FewTokens = (16, 48);

    /// <summary>
    /// How many outputs a map has, such as a head's, that is quicker as W xᵀ from <see cref="LeastToMany"/> tokens on, and within a graph
    /// of gradients, too.
    /// </summary>
    private const int ManyOutputs = 8192;

    /// <inheritdoc cref="ManyOutputs"/>
    private const long LeastToMany = 8;

    /// <summary>
    /// How many elements a weight has at least that <see cref="FewRows"/> maps, as those have that it was measured with; and it does so
    /// only where no gradient can be asked for, so that one that is asked for changes no bit of a pass.
    /// </summary>
    private const long LeastOfFewRows = 1 << 19;

    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    /// <summary>Creates the map and makes it known to the model's taps.</summary>
    /// <param name="weight">W, <c>[out,in]</c>.</param>
    /// <param name="bias">b, <c>[out]</c>, or null.</param>
    public Linear(Parameter weight, Parameter? bias)
    {
        (_weight, _bias) = (weight, bias);
        weight.Taps.Declare(weight.Weight.Name);
    }

    /// <summary>The names of its parameters: the weight and, where it has one, the bias.</summary>
    internal IEnumerable<string> ParameterNames => _bias is null ? [_weight.Weight.Name] : [_weight.Weight.Name, _bias.Weight.Name];

    /// <summary>The model's taps.</summary>
    internal TapSet Taps => _weight.Taps;

    /// <summary>The map of a name: its <c>weight</c>, and the <c>bias</c> of the same name where the table has one.</summary>
    public static Linear From(WeightTable weights, string name) => From(weights, name, bias: name);

    /// <summary>
    /// The map of a name with the bias of another, as tied heads have it: a <c>weight</c>, and a <c>bias</c> where the table has
    /// one.
    /// </summary>
    public static Linear From(WeightTable weights, string name, string bias) => new(
        Parameter.From(weights, $"{name}.weight"),
        weights.Contains($"{bias}.bias") ? Parameter.From(weights, $"{bias}.bias") : null);

    /// <summary>Maps <c>[..,in]</c> to <c>[..,out]</c>; the result is in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value)
    {
        var weight = _weight.Value;
        var bias = _bias?.Value;
        var output = !is_grad_enabled() && weight.numel() >= LeastOfFewRows && FewRows.CanMap(value, weight, bias)
            ? FewRows.Map(value, weight, bias)
            : IsOfFew(value, weight) ? OfFew(value, weight, bias)
            : nn.functional.linear(value, weight, bias);
        return _weight.Taps.At(_weight.Weight.Name, value, output);
    }

    private static bool IsOfFew(Tensor value, Tensor weight)
    {
        if (value.dtype != ScalarType.Float32 || value.device_type != TorchSharp.DeviceType.CPU)
            return false;
        var tokens = value.numel() / value.shape[^1];
        return tokens <= FewTokens.Most && (weight.shape[0] >= ManyOutputs
            ? tokens >= LeastToMany
            : tokens >= FewTokens.Least && !(is_grad_enabled() && (value.requires_grad || weight.requires_grad)));
    }

    private static Tensor OfFew(Tensor value, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var output = weight.matmul(value.reshape(-1, value.shape[^1]).t()).t().contiguous().view([.. value.shape[..^1], weight.shape[0]]);
        return (bias is null ? output : output + bias).MoveToOuterDisposeScope();
    }
}
