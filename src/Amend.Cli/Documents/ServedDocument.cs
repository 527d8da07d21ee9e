namespace Amend.Cli.Documents;

/// <summary>What <c>amend serve --json</c> prints once it listens.</summary>
/// <param name="Urls">Where.</param>
/// <param name="Models">The models.</param>
internal sealed record ServedDocument(IReadOnlyList<string> Urls, IReadOnlyList<ServedEntry> Models);

/// <summary>A served model.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Path">Its folder or file.</param>
internal sealed record ServedEntry(string Name, string Path);
