namespace Amend.Evaluation.Runs;

/// <summary>The machine of a run, for reading its times.</summary>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Threads">Threads that the tensors use.</param>
/// <param name="Device">Where the weights are.</param>
public sealed record RunMachine(string System, string Processor, int Threads, string Device);
