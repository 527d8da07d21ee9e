using System.Xml.Linq;

namespace Amend.Conventions.Tests;

public sealed class LayeringTests
{
    /// <summary>References go from right to left only; projects of one rank do not see each other.</summary>
    private static readonly string[][] Ranks =
    [
        ["Amend.Tensors"],
        ["Amend.Models"],
        ["Amend.Tracing", "Amend.Editing"],
        ["Amend.Evaluation", "Amend.Extensions.AI"],
        ["Amend.Atlas", "Amend.Reports", "Amend.Shipping"],
        ["Amend.Server", "Amend.Cluster"],
        ["Amend.Studio"],
        ["Amend.Cli"],
    ];

    [Fact]
    public void Every_project_of_src_has_a_rank() =>
        Assert.All(Projects(), project => Assert.True(RankOf(NameOf(project)) >= 0, $"{NameOf(project)} has no rank in DESIGN's chain of projects."));

    [Fact]
    public void References_between_projects_of_src_go_one_way()
    {
        var wrong =
            from project in Projects()
            from reference in References(project)
            where RankOf(NameOf(reference)) >= RankOf(NameOf(project)) || RankOf(NameOf(reference)) < 0
            select $"{NameOf(project)} -> {NameOf(reference)}";

        Breaches.None(wrong);
    }

    [Fact]
    public void Nothing_in_src_references_tests_or_benchmarks()
    {
        var wrong =
            from project in Projects()
            from reference in References(project)
            where !SourceTree.Relative(reference).StartsWith("src/", StringComparison.Ordinal)
            select $"{NameOf(project)} -> {SourceTree.Relative(reference)}";

        Breaches.None(wrong);
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = SourceTree.Read("Amend.slnx");
        var projects = new[] { "src", "test", "bench", "samples" }.SelectMany(folder => SourceTree.FilesUnder(folder, "*.csproj"));

        Assert.All(projects, project => Assert.Contains($"\"{SourceTree.Relative(project)}\"", solution, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Projects() => SourceTree.FilesUnder("src", "*.csproj");

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(reference =>
            Path.GetFullPath(((string)reference.Attribute("Include")!).Replace('\\', '/'), Path.GetDirectoryName(project)!));

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project);

    private static int RankOf(string name) => Array.FindIndex(Ranks, rank => rank.Contains(name));
}
