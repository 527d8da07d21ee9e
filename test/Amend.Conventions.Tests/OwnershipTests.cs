using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

/// <summary>A tensor is native memory: whoever hands one out says whose it is, at the member or once for its type.</summary>
public sealed partial class OwnershipTests
{
    [Fact]
    public void Members_that_give_tensors_say_who_disposes()
    {
        var giving =
            from file in SourceTree.Files
            from member in file.All<MemberDeclarationSyntax>()
            where member.Modifiers.Any(SyntaxKind.PublicKeyword) && !member.Modifiers.Any(SyntaxKind.OverrideKeyword)
            where TypeOf(member) is { } type && Tensor().IsMatch(type.ToString())
            select (file, member);

        Assert.True(giving.Count() > 100);
        Breaches.None(
            from given in giving
            where !Owner().IsMatch(DocumentOf(given.member) + DocumentOf(given.member.Parent!))
            select given.file.At(given.member));
    }

    private static TypeSyntax? TypeOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.ReturnType,
        PropertyDeclarationSyntax property => property.Type,
        IndexerDeclarationSyntax indexer => indexer.Type,
        _ => null,
    };

    private static string DocumentOf(SyntaxNode node) => node.GetLeadingTrivia().ToFullString();

    [GeneratedRegex(@"\bTensor\b")]
    private static partial Regex Tensor();

    [GeneratedRegex("scope|dispos|own|belong|caller|inheritdoc", RegexOptions.IgnoreCase)]
    private static partial Regex Owner();
}
