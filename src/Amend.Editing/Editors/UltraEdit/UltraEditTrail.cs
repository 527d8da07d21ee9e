namespace Amend.Editing.Editors.UltraEdit;

/// <summary>What an edit leaves for the normalisation of later ones: the moments of its own tokens.</summary>
/// <param name="Moments">By the weight's name.</param>
internal sealed record UltraEditTrail(IReadOnlyDictionary<string, RunningMoments> Moments)
{
    /// <summary>The moments at a weight; those of no tokens where the edit did not touch it.</summary>
    public RunningMoments Of(string weight) => Moments.GetValueOrDefault(weight, RunningMoments.None);
}
