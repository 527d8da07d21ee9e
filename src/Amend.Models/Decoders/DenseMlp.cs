using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>An MLP of one key a token: down(f(up(x))), or with a gate down(f(gate(x)) · up(x)).</summary>
/// <param name="Up">The first map, <c>[F,D]</c>; <c>[2F,D]</c> where it holds the gate, too.</param>
/// <param name="Activation">The function f.</param>
/// <param name="Down">The second map, <c>[D,F]</c>.</param>
internal sealed record DenseMlp(Linear Up, Func<Tensor, Tensor> Activation, Linear Down) : IMlp
{
    /// <summary>The gate, <c>[F,D]</c>; null where there is none or it is in <see cref="Up"/>.</summary>
    public Linear? Gate { get; init; }

    /// <summary>Whether the first half of what <see cref="Up"/> gives is the gate.</summary>
    public bool IsFused { get; init; }

    /// <summary>What makes the key of gate and up, in the caller's dispose scope; f(gate) · up when null, the default.</summary>
    public Func<Tensor, Tensor, Tensor>? Gating { get; init; }

    /// <inheritdoc/>
    public Tensor Apply(BlockTaps taps, Tensor value) =>
        taps.At(SiteKind.MlpOut, Down.Apply(taps.At(SiteKind.MlpKey, Key(value, up => taps.At(SiteKind.MlpUp, up)))));

    /// <summary>The input of the down projection, <c>[..,F]</c>, in the caller's dispose scope.</summary>
    /// <param name="value">The MLP's input, <c>[..,D]</c>.</param>
    /// <param name="beforeActivation">What the up projection's output goes through where there is no gate.</param>
    public Tensor Key(Tensor value, Func<Tensor, Tensor>? beforeActivation = null)
    {
        var up = Up.Apply(value);
        if (!IsFused && Gate is null)
            return Activation(beforeActivation?.Invoke(up) ?? up);
        var (gate, gated) = IsFused && up.chunk(2, -1) is [var first, var second] ? (first, second) : (Gate!.Apply(value), up);
        return Gating is null ? Activation(gate) * gated : Gating(gate, gated);
    }
}
