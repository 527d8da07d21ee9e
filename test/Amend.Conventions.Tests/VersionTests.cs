using System.Text.RegularExpressions;
using System.Xml.Linq;
using Amend.Editing;

namespace Amend.Conventions.Tests;

/// <summary>The version stands in one file; what states it elsewhere agrees.</summary>
public sealed partial class VersionTests
{
    private static string Version => XDocument.Parse(SourceTree.Read("Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void The_changes_begin_with_the_version_that_is_built() =>
        Assert.Equal(Version, Section().Match(SourceTree.Read("CHANGELOG.md")).Groups[1].Value);

    [Fact]
    public void Records_of_edits_state_the_version_that_is_built() => Assert.Equal(Version.Split('-')[0], LibraryVersion.Current);

    [Fact]
    public void No_project_has_a_version_of_its_own() =>
        Breaches.None(SourceTree.FilesUnder("src", "*.csproj")
            .Where(project => XDocument.Load(project).Descendants().Any(element => element.Name.LocalName.EndsWith("Version", StringComparison.Ordinal)))
            .Select(SourceTree.Relative));

    [GeneratedRegex(@"^## (\S+)", RegexOptions.Multiline)]
    private static partial Regex Section();
}
