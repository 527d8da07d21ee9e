using Amend.Evaluation.Datasets;

namespace Amend.Cli.Commands;

/// <summary>The suites that come with the program.</summary>
internal static class EmbeddedSuites
{
    /// <summary>The text that a guard measures perplexity on where no other is given.</summary>
    private const string GuardFile = "atlas-counterfact.fixed.txt";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "suites");

    /// <summary>Finds suites by their names, and data sets by <c>FORMAT:PATH</c>.</summary>
    public static DatasetLocator Locator => new(Folder);

    /// <summary>The text for a guard's perplexity.</summary>
    public static string GuardText() => File.ReadAllText(Path.Combine(Folder, GuardFile));
}
