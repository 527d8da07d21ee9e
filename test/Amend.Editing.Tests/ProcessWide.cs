namespace Amend.Editing.Tests;

/// <summary>Tests that look at the whole process (memory, environment): none runs beside another.</summary>
[CollectionDefinition(nameof(ProcessWide), DisableParallelization = true)]
public sealed class ProcessWide;
