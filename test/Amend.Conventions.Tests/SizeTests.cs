using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

/// <summary>The limits of the table of budgets in CONTRIBUTING.md, which is read here: what the table says is what is held.</summary>
public sealed class SizeTests
{
    [Fact]
    public void Files_are_short() => Within("lines a file", SourceTree.Files.Select(file => (file.Path, file.LineCount)));

    /// <summary>Lines of raw texts are what the texts say, and are not counted.</summary>
    [Fact]
    public void Lines_are_narrow() => Within("columns",
        from file in SourceTree.Files
        let raw = RawLines(file)
        from line in file.Text.Split('\n').Select((text, at) => (Width: text.Length, At: at))
        where !raw.Contains(line.At)
        select ($"{file.Path}({line.At + 1})", line.Width));

    [Fact]
    public void Methods_are_short() => Within("lines a method",
        from file in SourceTree.Files
        from method in file.All<BaseMethodDeclarationSyntax>()
        let span = method.GetLocation().GetLineSpan()
        select (file.At(method), span.EndLinePosition.Line - span.StartLinePosition.Line + 1));

    [Fact]
    public void Methods_take_few_parameters() => Within("parameters",
        from file in SourceTree.Files
        from list in file.All<ParameterListSyntax>()
        where list.Parent is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax
        select (file.At(list.Parent!), list.Parameters.Count));

    [Fact]
    public void Interfaces_are_small() => Within("members of an interface",
        from file in SourceTree.Files
        from face in file.All<InterfaceDeclarationSyntax>()
        select ($"{file.At(face)} {face.Identifier.Text}", face.Members.Count));

    private static HashSet<int> RawLines(SourceFile file) =>
    [
        .. from text in file.All<ExpressionSyntax>()
           where text is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax
           let span = text.GetLocation().GetLineSpan()
           where span.EndLinePosition.Line > span.StartLinePosition.Line
           from line in Enumerable.Range(span.StartLinePosition.Line, span.EndLinePosition.Line - span.StartLinePosition.Line + 1)
           select line,
    ];

    private static void Within(string row, IEnumerable<(string Place, int Size)> sizes)
    {
        var limit = LimitOf(row);

        Breaches.None(sizes.Where(size => size.Size > limit).OrderByDescending(size => size.Size).Select(size => $"{size.Place}: {size.Size}, over {limit}"));
    }

    /// <summary>The last number in the table's row.</summary>
    private static int LimitOf(string row)
    {
        var line = SourceTree.Read("CONTRIBUTING.md").Split('\n').Single(line => line.StartsWith($"| {row} |", StringComparison.Ordinal));
        return int.Parse(line.Split('|')[3].Trim().Split(' ', ',')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
