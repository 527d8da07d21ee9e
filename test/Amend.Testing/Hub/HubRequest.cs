namespace Amend.Testing.Hub;

/// <summary>A request that the test hub got.</summary>
/// <param name="Path">The path asked for.</param>
/// <param name="From">The byte that a Range began with; 0 where there was none.</param>
/// <param name="Authorization">The header, or null.</param>
public sealed record HubRequest(string Path, long From, string? Authorization);
