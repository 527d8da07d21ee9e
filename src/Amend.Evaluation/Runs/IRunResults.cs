namespace Amend.Evaluation.Runs;

/// <summary>The results of one run, wherever they are kept: a run that was stopped or killed goes on with what they hold.</summary>
public interface IRunResults : IRunReading, IRunWriting, IDisposable;
