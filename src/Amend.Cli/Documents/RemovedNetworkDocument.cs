namespace Amend.Cli.Documents;

/// <summary>What <c>amend networks remove --json</c> prints.</summary>
/// <param name="Id">The network's id.</param>
/// <param name="Path">The file that is gone.</param>
/// <param name="Edits">The edits that it made, which keep working.</param>
internal sealed record RemovedNetworkDocument(string Id, string Path, IReadOnlyList<string> Edits);
