using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

/// <summary>.NET reads <c>0,5</c> as 5 unless it is told which styles a number may have.</summary>
public sealed class NumberTests
{
    private static readonly string[] Real = ["double", "float", "decimal", "Half"];

    [Fact]
    public void Real_numbers_are_parsed_in_a_style_that_is_named()
    {
        var wrong =
            from file in SourceTree.Files
            from call in file.All<InvocationExpressionSyntax>()
            where call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Parse" or "TryParse" } parse && Real.Contains(parse.Expression.ToString())
            where !call.ArgumentList.ToString().Contains("NumberStyles.", StringComparison.Ordinal)
            select file.At(call);

        Breaches.None(wrong);
    }
}
