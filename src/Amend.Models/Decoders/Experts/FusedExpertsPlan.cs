using Amend.Models.Layers;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>Experts that lie one behind the other in two tensors.</summary>
/// <param name="GateUp">The full name within the block of gates and ups.</param>
/// <param name="Down">The full name within the block of downs.</param>
/// <param name="Inner">The width of an expert's inner layer, F.</param>
/// <param name="Gating">From gate and up in one, <c>[N,2F]</c>, to the key, <c>[N,F]</c>.</param>
internal sealed record FusedExpertsPlan(string GateUp, string Down, int Inner, Func<Tensor, Tensor> Gating) : ExpertsPlan
{
    private const string BiasEnd = "_bias";

    /// <summary>Whether each expert's matrices lie as <c>[in,out]</c>.</summary>
    public bool IsTurned { get; init; }

    /// <summary>Whether there are biases, named after the weights.</summary>
    public bool HasBias { get; init; }

    /// <summary>The gating of most families: the first half of the values is the gate.</summary>
    /// <param name="activation">The name of its function.</param>
    public static Func<Tensor, Tensor> ByHalves(string activation)
    {
        var function = Activations.Find(activation);
        return gateUp =>
        {
            var halves = gateUp.chunk(2, -1);
            return function(halves[0]) * halves[1];
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(string block, int count, long width)
    {
        long[] Matrices(long outputs, long inputs) => IsTurned ? [count, inputs, outputs] : [count, outputs, inputs];
        return
        [
            new(block + GateUp, Matrices(2L * Inner, width)),
            .. HasBias ? new[] { new WeightSpec(block + GateUp + BiasEnd, [count, 2L * Inner]) } : [],
            new(block + Down, Matrices(width, Inner)),
            .. HasBias ? new[] { new WeightSpec(block + Down + BiasEnd, [count, width]) } : [],
        ];
    }

    /// <inheritdoc/>
    public override IExperts Build(WeightTable weights, string block, int count)
    {
        Parameter Of(string name) => Parameter.From(weights, block + name);
        return new FusedExperts(Of(GateUp), Of(Down), IsTurned, Gating)
        {
            Bias = HasBias ? (Of(GateUp + BiasEnd), Of(Down + BiasEnd)) : null,
        };
    }
}
