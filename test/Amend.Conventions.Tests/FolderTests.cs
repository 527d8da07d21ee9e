namespace Amend.Conventions.Tests;

/// <summary>The folders of a project form layers: at most three may use each other in a circle, such as a registry and what it registers.</summary>
public sealed class FolderTests
{
    private const int LargestKnot = 3;

    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(SourceTree.PathOf("src")).Select(folder => Path.GetFileName(folder)!).Where(name => name.StartsWith("Amend.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_form_no_knot(string project)
    {
        var graph = FolderGraph.Read(AssemblyOf(project));

        Assert.NotEmpty(graph.Folders);
        Breaches.None(
            from knot in graph.Knots()
            where knot.Count > LargestKnot
            select $"{project}: {knot.Count} folders use each other in a circle: {string.Join(", ", knot)}\n{string.Join('\n', graph.Within(knot))}");
    }

    private static string AssemblyOf(string project) =>
        Path.Combine(AppContext.BaseDirectory, project == "Amend.Cli" ? "amend.dll" : $"{project}.dll");
}
