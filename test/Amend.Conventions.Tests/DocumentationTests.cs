using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

public sealed partial class DocumentationTests
{
    private const string First = "dotnet run --project src/Amend.Cli -c Release -- demo";
    private const string Second = "eng/test.sh";
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Fact]
    public void The_first_two_commands_of_the_README_are_the_demo_and_the_tests()
    {
        var commands = CodeBlocks(SourceTree.Read("README.md")).First().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([First, Second], commands.Select(line => line.Split('#')[0].Trim()));
        Assert.True(File.Exists(SourceTree.PathOf("src/Amend.Cli/Amend.Cli.csproj")));
    }

    [Theory]
    [InlineData("eng/build.sh")]
    [InlineData("eng/test.sh")]
    [InlineData("eng/bench.sh")]
    [InlineData("eng/pack.sh")]
    [InlineData("eng/public-api.sh")]
    [InlineData("eng/test-services.sh")]
    [InlineData(".ci/run")]
    public void Scripts_can_be_run_as_they_are(string script)
    {
        Assert.True(File.Exists(SourceTree.PathOf(script)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(Executable, File.GetUnixFileMode(SourceTree.PathOf(script)) & Executable);
    }

    [Fact]
    public void Verbs_of_the_README_are_verbs_of_the_command_line()
    {
        var written = SourceTree.Files.Where(file => file.Path.StartsWith("src/Amend.Cli/", StringComparison.Ordinal))
            .SelectMany(file => file.All<LiteralExpressionSyntax>())
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression))
            .Select(literal => literal.Token.ValueText)
            .ToHashSet();
        var shown = CodeBlocks(SourceTree.Read("README.md")).SelectMany(block => Verb().Matches(block)).Select(match => match.Groups[1].Value)
            .Append("demo").Distinct();

        Breaches.None(shown.Except(written));
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var wrong =
            from path in Documents()
            from Match link in Link().Matches(File.ReadAllText(path))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            where !Path.Exists(Path.GetFullPath(target, Path.GetDirectoryName(path)!))
            select $"{SourceTree.Relative(path)} -> {target}";

        Breaches.None(wrong);
    }

    [Fact]
    public void Every_document_is_reached_from_the_README()
    {
        var reached = new HashSet<string> { SourceTree.PathOf("README.md") };
        for (var next = reached.ToList(); next.Count > 0; next = [.. next.SelectMany(LinkedFrom).Where(reached.Add)])
        {
        }

        Breaches.None(Documents().Except(reached).Select(SourceTree.Relative));
    }

    [Fact]
    public void Documents_that_code_names_exist()
    {
        var wrong =
            from file in SourceTree.Files
            from Match named in DocumentInCode().Matches(file.Text)
            where !File.Exists(SourceTree.PathOf(named.Value))
            select $"{file.Path} -> {named.Value}";

        Breaches.None(wrong);
    }

    private static IEnumerable<string> Documents() =>
        new[] { "README.md", "src/README.md", "CONTRIBUTING.md", "CHANGELOG.md" }.Select(SourceTree.PathOf).Concat(SourceTree.FilesUnder("docs", "*.md"));

    private static IEnumerable<string> LinkedFrom(string path) =>
        from Match link in Link().Matches(File.ReadAllText(path))
        let target = Path.GetFullPath(link.Groups[1].Value.Split('#')[0], Path.GetDirectoryName(path)!)
        where target.EndsWith(".md", StringComparison.Ordinal) && File.Exists(target)
        select target;

    private static IEnumerable<string> CodeBlocks(string markdown) => Fence().Matches(markdown).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^```\w*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:\$ )?amend ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Verb();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"docs/[\w/-]+\.md")]
    private static partial Regex DocumentInCode();
}
