namespace Amend.Models.Scoring;

/// <summary>A token that may come next.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record TokenProbability(int Id, string Text, double Probability);
