using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

public sealed class FailureTests
{
    private const double LeastInterpolated = 0.8;

    [Fact]
    public void Nothing_is_left_unimplemented() =>
        Breaches.None(Created().Where(c => c.Type == "NotImplementedException").Select(c => c.File.At(c.Node)));

    [Fact]
    public void Failures_have_a_type_of_their_own()
    {
        var wrong = Created().Where(c => c.Type is "Exception" or "ApplicationException" or "SystemException");

        Breaches.None(wrong.Select(c => c.File.At(c.Node)));
    }

    [Fact]
    public void Messages_of_failures_name_values()
    {
        var messages = Created().Where(c => c.Type.EndsWith("Exception", StringComparison.Ordinal) && HasText(c.Node)).ToList();
        var silent = messages.Where(c => !NamesAValue(c.Node)).Select(c => c.File.At(c.Node)).ToList();

        var share = 1 - ((double)silent.Count / messages.Count);

        Assert.True(share >= LeastInterpolated, $"{share:P0} of {messages.Count} messages name a value; these do not: {string.Join(", ", silent)}");
    }

    private static IEnumerable<(SourceFile File, BaseObjectCreationExpressionSyntax Node, string Type)> Created() =>
        from file in SourceTree.Files
        from node in file.All<BaseObjectCreationExpressionSyntax>()
        select (file, node, TypeOf(node));

    /// <summary>The simple name of what is created; of <c>new(...)</c> that is a method's whole body, the method's type.</summary>
    private static string TypeOf(BaseObjectCreationExpressionSyntax node) => node switch
    {
        ObjectCreationExpressionSyntax { Type: QualifiedNameSyntax qualified } => qualified.Right.Identifier.Text,
        ObjectCreationExpressionSyntax named => named.Type.ToString(),
        { Parent: ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax method } } => method.ReturnType.ToString(),
        { Parent: ReturnStatementSyntax } => node.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.ReturnType.ToString() ?? "",
        _ => "",
    };

    private static bool HasText(BaseObjectCreationExpressionSyntax node) =>
        Arguments(node).Any(part => part.IsKind(SyntaxKind.StringLiteralExpression) || part is InterpolatedStringExpressionSyntax);

    private static bool NamesAValue(BaseObjectCreationExpressionSyntax node) => Arguments(node).OfType<InterpolationSyntax>().Any();

    private static IEnumerable<SyntaxNode> Arguments(BaseObjectCreationExpressionSyntax node) =>
        node.ArgumentList?.DescendantNodes() ?? [];
}
