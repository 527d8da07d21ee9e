using System.Xml.Linq;

namespace Amend.Conventions.Tests;

/// <summary>The files that hold the public surface are as <c>eng/public-api.sh</c> writes them, and the build heeds them.</summary>
public sealed class PublicSurfaceTests
{
    private const string Header = "#nullable enable";

    public static TheoryData<string> Libraries =>
    [
        .. SourceTree.FilesUnder("src", "*.csproj")
            .Where(project => !IsOfPages(project) && !XDocument.Load(project).Descendants("OutputType").Any(type => type.Value == "Exe"))
            .Select(project => SourceTree.Relative(Path.GetDirectoryName(project)!)),
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_library_lists_its_public_surface_once_and_in_order(string folder)
    {
        var (shipped, unshipped) = (Listed($"{folder}/PublicAPI.Shipped.txt"), Listed($"{folder}/PublicAPI.Unshipped.txt"));

        Assert.NotEmpty(shipped.Concat(unshipped));
        Assert.Empty(shipped.Intersect(unshipped));
    }

    [Fact]
    public void No_rule_says_that_the_surface_may_differ()
    {
        var settings = SourceTree.FilesUnder("src", "*.csproj").Append(SourceTree.PathOf(".editorconfig")).Append(SourceTree.PathOf("src/Directory.Build.props"));

        Breaches.None(settings.Where(file => File.ReadAllText(file) is var text && (text.Contains("RS0016") || text.Contains("RS0017"))).Select(SourceTree.Relative));
    }

    /// <summary>The components of pages are public for the browser's router, and nothing that programs use.</summary>
    private static bool IsOfPages(string project) => (string?)XDocument.Load(project).Root!.Attribute("Sdk") == "Microsoft.NET.Sdk.Razor";

    private static string[] Listed(string file)
    {
        var lines = SourceTree.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Header, lines[0]);
        Assert.Equal(lines[1..].Distinct().Order(StringComparer.Ordinal), lines[1..]);
        return lines[1..];
    }
}
