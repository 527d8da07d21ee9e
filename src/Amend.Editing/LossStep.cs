namespace Amend.Editing;

/// <summary>The loss of one step of an optimisation and its parts.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Total">Their sum.</param>
/// <param name="Nll">Mean negative log-probability of the target, in nats a token.</param>
/// <param name="Kl">The weighted divergence from the unedited model.</param>
/// <param name="WeightDecay">The weighted norm of the change, or another penalty on it.</param>
public sealed record LossStep(int Step, double Total, double Nll, double Kl, double WeightDecay);
