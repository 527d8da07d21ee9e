namespace Amend.Editing.Tuning;

/// <summary>How long and how fast weights are tuned.</summary>
/// <param name="Lr">Adam's learning rate.</param>
/// <param name="NumSteps">Most passes over the requests.</param>
/// <param name="WeightDecay">Adam's weight decay, which goes into the gradient.</param>
/// <param name="LossThreshold">Mean loss of a pass below which tuning stops; a batch below it makes no step.</param>
internal sealed record TuningSchedule(double Lr, int NumSteps, double WeightDecay, double LossThreshold);
