namespace Amend.Tensors.Optimization;

/// <summary>How far a training has come, told after each step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="StepsPerSecond">The rate of this run.</param>
/// <param name="Training">Means of the figures of training since the last validation; those up to it where it has just been.</param>
/// <param name="Validation">What this step's validation measured; null at a step without one.</param>
public sealed record TrainingProgress(
    int Step,
    int Steps,
    double StepsPerSecond,
    IReadOnlyDictionary<string, double> Training,
    IReadOnlyDictionary<string, double>? Validation)
{
    /// <summary>The time to the last step at this rate.</summary>
    public TimeSpan Left => TimeSpan.FromSeconds((Steps - Step) / StepsPerSecond);
}
