namespace Amend.Evaluation.Metrics;

/// <summary>Mean negative log-probability a token of the two candidates after one prompt, in nats.</summary>
/// <param name="TargetNew">Of the new target, o*.</param>
/// <param name="TargetTrue">Of the true target, o.</param>
public readonly record struct NllPair(double TargetNew, double TargetTrue);
