namespace Amend.Models.Scoring;

/// <summary>What a model says at the places of a target's tokens, teacher-forced: every place sees the true tokens before it.</summary>
/// <param name="Score">How likely the target is.</param>
/// <param name="TargetIds">The target's token ids, N.</param>
/// <param name="LikeliestIds">The likeliest token id at each place of the target, N.</param>
public sealed record TargetAnswer(TargetScore Score, IReadOnlyList<int> TargetIds, IReadOnlyList<int> LikeliestIds)
{
    /// <summary>Whether each target token is the likeliest at its place, N.</summary>
    public IEnumerable<bool> Hits => TargetIds.Zip(LikeliestIds, (target, likeliest) => target == likeliest);
}
