namespace Amend.Tracing.Results;

/// <summary>What a file of one fact holds: its trace, or why it was passed over.</summary>
/// <param name="Format"><see cref="TraceJson.Format"/>.</param>
/// <param name="Id">The fact's id in its file.</param>
/// <param name="Fact">The fact as it was given.</param>
/// <param name="Trace">The trace; null for a fact that was passed over.</param>
/// <param name="Skipped">Why the fact was passed over; null for a trace.</param>
public sealed record TraceRecord(string Format, string Id, TraceFact Fact, FactTrace? Trace, string? Skipped);
