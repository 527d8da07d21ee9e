namespace Amend.Models.Layers;

/// <summary>Where a layer's attention departs from softmax(q kᵀ / √K) v over all earlier tokens.</summary>
public sealed record AttentionForm
{
    /// <summary>No departure.</summary>
    public static AttentionForm Plain { get; } = new();

    /// <summary>What q kᵀ is multiplied with; 1/√K when null.</summary>
    public double? Scale { get; init; }

    /// <summary>How many tokens a token sees, itself included; all earlier ones when null.</summary>
    public int? Window { get; init; }

    /// <summary>The bound c of scores, c tanh(score / c) (Gemma Team 2024); none when null.</summary>
    public double? SoftCap { get; init; }

    /// <summary>One slope a head: a key's score falls by the slope with each token of distance (Press et al. 2022); none when null.</summary>
    public IReadOnlyList<float>? AlibiSlopes { get; init; }

    /// <summary>What a key's score gets for its distance, learned for each head (Raffel et al. 2020); none when null.</summary>
    public RelativePositionBias? RelativePositions { get; init; }
}
