using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>Finds a suite by its name or file.</summary>
public static class SuiteLocator
{
    /// <summary>The folder of the suites that this build embeds.</summary>
    public static string EmbeddedFolder => Path.Combine(AppContext.BaseDirectory, "suites");

    /// <summary>The file of a suite.</summary>
    /// <param name="suite">An embedded suite's name, such as <c>atlas-counterfact</c>, or a file.</param>
    /// <exception cref="AmendException">There is neither.</exception>
    public static string Find(string suite)
    {
        var embedded = Path.Combine(EmbeddedFolder, suite + ".json");
        if (File.Exists(embedded))
            return embedded;
        if (File.Exists(suite))
            return suite;
        IEnumerable<string?> known = Directory.Exists(EmbeddedFolder) ? Directory.GetFiles(EmbeddedFolder, "*.json").Select(Path.GetFileNameWithoutExtension).Order() : [];
        throw new AmendException($"There is no suite or file '{suite}'; embedded suites are {string.Join(", ", known)}, and amend atlas suites writes others.");
    }
}
