using Amend.Models.Layers;
using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>Experts whose weights lie one behind the other in two tensors: gate and up of all, down of all.</summary>
/// <param name="GateUp">Gates and ups, <c>[E,2F,D]</c>; <c>[E,D,2F]</c> where they are turned.</param>
/// <param name="Down">Downs, <c>[E,D,F]</c>; <c>[E,F,D]</c> where they are turned.</param>
/// <param name="IsTurned">Whether each expert's matrices lie as <c>[in,out]</c>.</param>
/// <param name="Gating">From gate and up in one, <c>[N,2F]</c>, to the key, <c>[N,F]</c>.</param>
internal sealed record FusedExperts(Parameter GateUp, Parameter Down, bool IsTurned, Func<Tensor, Tensor> Gating) : IExperts
{
    /// <summary>The biases of both, <c>[E,2F]</c> and <c>[E,D]</c>; null for none.</summary>
    public (Parameter GateUp, Parameter Down)? Bias { get; init; }

    /// <inheritdoc/>
    public Tensor Key(int expert, Tensor value) => Gating(Map(GateUp, Bias?.GateUp, expert, value));

    /// <inheritdoc/>
    public Tensor Out(int expert, Tensor key) => Map(Down, Bias?.Down, expert, key);

    private Tensor Map(Parameter weights, Parameter? biases, int expert, Tensor value)
    {
        var weight = weights.Value.select(0, expert);
        return nn.functional.linear(value, IsTurned ? weight.t() : weight, biases?.Value.select(0, expert));
    }
}
