using Amend.Atlas.Suites;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend atlas suites --json</c> prints.</summary>
/// <param name="Folder">The folder that the suites were written to.</param>
/// <param name="Written">How much was written.</param>
internal sealed record SuitesDocument(string Folder, SuiteCounts Written);
