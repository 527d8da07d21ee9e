using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Decoders.Experts;

/// <summary>An MLP that is a mixture of experts.</summary>
/// <param name="Router">The name of the router.</param>
/// <param name="Rule">How it chooses.</param>
/// <param name="Experts">How the experts lie.</param>
internal sealed record MixturePlan(string Router, RouterRule Rule, ExpertsPlan Experts) : MlpPlan
{
    /// <summary>Whether the router has a bias.</summary>
    public bool RouterBias { get; init; }

    /// <summary>The name of what is added to scores to choose by; null for nothing.</summary>
    public string? Correction { get; init; }

    /// <summary>The expert that all tokens go through; null where there is none.</summary>
    public DenseMlpPlan? Shared { get; init; }

    /// <summary>The name of that expert's gate; null where it has none.</summary>
    public string? SharedGate { get; init; }

    /// <inheritdoc/>
    public override string? DownProjection => null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExpertProjections => Experts.DownProjections(Rule.Experts);

    /// <inheritdoc/>
    public override IReadOnlyList<SiteKind> Sites =>
    [
        SiteKind.RouterLogits, SiteKind.ExpertChoice, SiteKind.ExpertWeight, SiteKind.ExpertKey, SiteKind.ExpertOut,
        .. Shared is null ? Array.Empty<SiteKind>() : [SiteKind.SharedKey, SiteKind.SharedOut],
        .. SharedGate is null ? Array.Empty<SiteKind>() : [SiteKind.SharedGate],
        SiteKind.MlpOut,
    ];

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(string block, long width) =>
    [
        .. WeightSpec.Linear(block + Router, Rule.Experts, width, RouterBias),
        .. Correction is null ? [] : new[] { new WeightSpec(block + Correction, [Rule.Experts]) },
        .. Experts.Weights(block, Rule.Experts, width),
        .. Shared?.Weights(block, width) ?? [],
        .. SharedGate is null ? [] : WeightSpec.Linear(block + SharedGate, 1, width, bias: false),
    ];

    /// <inheritdoc/>
    public override IMlp Build(WeightTable weights, string block)
    {
        Linear? Map(string? name) => name is null ? null : Linear.From(weights, block + name);
        return new Mixture(Map(Router)!, Rule, Experts.Build(weights, block, Rule.Experts))
        {
            Correction = Correction is null ? null : Parameter.From(weights, block + Correction),
            Shared = Shared is null ? null : new SharedExpert(Shared.BuildDense(weights, block), Map(SharedGate)),
        };
    }
}
