using Xunit;

namespace Amend.Testing;

/// <summary>
/// Finds golden cases in <c>test/fixtures/golden</c> and in the folder that the environment variable AMEND_GOLDEN names, which
/// has the same layout: <c>families/X</c>, <c>checkpoints/X</c>, <c>algorithms/X</c>, <c>models/X</c>, <c>tokenizers/X</c>,
/// <c>metrics/X</c>, <c>gguf/X</c>.
/// </summary>
public static class GoldenCases
{
    /// <summary>The environment variable that names a second root.</summary>
    public const string RootVariable = "AMEND_GOLDEN";

    private static readonly Lazy<IReadOnlyList<(string Label, string Path)>> Roots = new(FindRoots);

    /// <summary>The cases of a kind in all roots, by name; a case that two roots have comes once for each.</summary>
    /// <param name="kind">The folder under a root, such as <c>families</c>.</param>
    public static IReadOnlyList<GoldenCase> Under(string kind) =>
        [.. from root in Roots.Value
            let folder = Path.Combine(root.Path, kind)
            where Directory.Exists(folder)
            from path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            select Case(root, $"{kind}/{Path.GetFileName(path)}")];

    /// <summary>The case at a path below each root that has it, such as <c>tokenizer_tiny</c>.</summary>
    public static IReadOnlyList<GoldenCase> At(string path) =>
        [.. Roots.Value.Where(root => Directory.Exists(Path.Combine(root.Path, path))).Select(root => Case(root, path))];

    /// <summary>The case of an id, which theories hand around.</summary>
    public static GoldenCase Find(string id) =>
        id.Split(':', 2) is [var label, var path] && Roots.Value.FirstOrDefault(root => root.Label == label) is { Path: not null } root
            ? Case(root, path)
            : throw new ArgumentException($"There is no golden case '{id}'; the roots are {string.Join(", ", Roots.Value)}.", nameof(id));

    /// <summary>The ids of cases as rows of a theory.</summary>
    public static TheoryData<string> Rows(IEnumerable<GoldenCase> cases) => [.. cases.Select(found => found.Id)];

    /// <summary>The ids of a kind's cases as rows of a theory.</summary>
    public static TheoryData<string> Rows(string kind) => Rows(Under(kind));

    private static GoldenCase Case((string Label, string Path) root, string path) =>
        new(Path.GetFileName(path), Path.GetFullPath(Path.Combine(root.Path, path)), root.Path, $"{root.Label}:{path}");

    private static List<(string Label, string Path)> FindRoots()
    {
        var fixtures = Path.Combine(RepositoryRoot(), "test", "fixtures", "golden");
        var roots = new List<(string, string)> { ("fixtures", fixtures) };
        if (Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } named && Path.GetFullPath(named) != fixtures)
        {
            roots.Add(Directory.Exists(named)
                ? (RootVariable, Path.GetFullPath(named))
                : throw new DirectoryNotFoundException($"{RootVariable} names '{named}', which is no folder; name the root of the golden files or unset it."));
        }

        return roots;
    }

    /// <summary>The folder with the solution.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Amend.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' has Amend.slnx; run the tests from a build inside the repository.");
    }
}
