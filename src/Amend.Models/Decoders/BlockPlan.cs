using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>A block as a family has it: attention, MLP, and where norms and sums stand.</summary>
/// <param name="Attention">The attention.</param>
/// <param name="Mlp">The MLP.</param>
/// <param name="Norm">What the norms compute.</param>
internal sealed record BlockPlan(AttentionPlan Attention, MlpPlan Mlp, NormPlan Norm)
{
    /// <summary>Where norms stand; before attention and MLP by default.</summary>
    public NormNames Norms { get; init; } = NormNames.Before;

    /// <summary>Whether attention and MLP both read the stream that enters the block.</summary>
    public bool IsParallel { get; init; }

    /// <summary>What outputs are multiplied with before they are added to the stream; 1 by default.</summary>
    public double ResidualScale { get; init; } = 1;

    /// <summary>Whether outputs are added to what the norms made of the stream, instead of the stream.</summary>
    public bool ResidualBehindNorm { get; init; }

    /// <summary>
    /// Whether the table has both norms before all other parameters of the block, which decides its hash; false by default.
    /// </summary>
    public bool NormsFirst { get; init; }

    /// <summary>The block's parameters, in order.</summary>
    /// <param name="block">What their names begin with, such as <c>model.layers.0.</c>.</param>
    /// <param name="width">The width of the residual stream.</param>
    public IEnumerable<WeightSpec> Weights(string block, long width)
    {
        IEnumerable<WeightSpec> OfNorm(string? name) => name is null ? [] : Norm.Weights(block + name, width);
        return
        [
            .. OfNorm(Norms.BeforeAttention),
            .. NormsFirst ? OfNorm(Norms.BeforeMlp) : [],
            .. Attention.Weights(block, width),
            .. OfNorm(Norms.BehindAttention),
            .. NormsFirst ? [] : OfNorm(Norms.BeforeMlp),
            .. Mlp.Weights(block, width),
            .. OfNorm(Norms.BehindMlp),
        ];
    }

    /// <summary>The block over the parameters of a table.</summary>
    public DecoderBlock Build(WeightTable weights, string block)
    {
        Layers.INorm? Named(string? name) => name is null ? null : Norm.Build(weights, block + name);
        return new DecoderBlock(Attention.Build(weights, block), Mlp.Build(weights, block))
        {
            BeforeAttention = Named(Norms.BeforeAttention),
            BehindAttention = Named(Norms.BehindAttention),
            BeforeMlp = Named(Norms.BeforeMlp),
            BehindMlp = Named(Norms.BehindMlp),
            IsParallel = IsParallel,
            ResidualScale = ResidualScale,
            ResidualBehindNorm = ResidualBehindNorm,
        };
    }
}
