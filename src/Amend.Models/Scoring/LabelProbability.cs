namespace Amend.Models.Scoring;

/// <summary>A label that a text may have.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record LabelProbability(int Id, string Label, double Probability);
