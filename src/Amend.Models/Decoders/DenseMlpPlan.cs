using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>An MLP of one key a token: with a gate, whose map may be one with the up projection, or without.</summary>
/// <param name="Inner">The width of its inner layer, F.</param>
/// <param name="Activation">The name of the function of the gate, or of the up projection where there is none.</param>
internal sealed record DenseMlpPlan(int Inner, string Activation) : MlpPlan
{
    /// <summary>The name of the gate; null where there is none.</summary>
    public string? Gate { get; init; } = "mlp.gate_proj";

    /// <summary>The name of the up projection, or of gate and up in one map.</summary>
    public string Up { get; init; } = "mlp.up_proj";

    /// <summary>The name of the down projection.</summary>
    public string Down { get; init; } = "mlp.down_proj";

    /// <summary>Whether the first rows of the up projection are the gate.</summary>
    public bool IsFused { get; init; }

    /// <summary>What makes the key of gate and up, in the caller's dispose scope; f(gate) · up when null, the default.</summary>
    public Func<Tensor, Tensor, Tensor>? Gating { get; init; }

    /// <summary>Whether the maps have biases.</summary>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override string DownProjection => Down;

    /// <inheritdoc/>
    public override IReadOnlyList<SiteKind> Sites => Gate is null && !IsFused
        ? [SiteKind.MlpUp, SiteKind.MlpKey, SiteKind.MlpOut]
        : [SiteKind.MlpKey, SiteKind.MlpOut];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(string block, long width) =>
    [
        .. Gate is null || IsFused ? [] : WeightSpec.Linear(block + Gate, Inner, width, Bias),
        .. WeightSpec.Linear(block + Up, IsFused ? 2 * Inner : Inner, width, Bias),
        .. WeightSpec.Linear(block + Down, width, Inner, Bias),
    ];

    /// <inheritdoc/>
    public override IMlp Build(WeightTable weights, string block) => BuildDense(weights, block);

    /// <summary>The MLP over the parameters of a table.</summary>
    public DenseMlp BuildDense(WeightTable weights, string block)
    {
        Linear Map(string name) => Linear.From(weights, block + name);
        return new DenseMlp(Map(Up), Activations.Find(Activation), Map(Down))
        {
            Gate = Gate is null || IsFused ? null : Map(Gate),
            IsFused = IsFused,
            Gating = Gating,
        };
    }
}
