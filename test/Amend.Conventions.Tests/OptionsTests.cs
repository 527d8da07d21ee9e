using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Options_say_in_their_documents_what_they_are_by_default()
    {
        var options =
            from file in SourceTree.Files
            from record in file.All<RecordDeclarationSyntax>()
            where record.Identifier.Text.EndsWith("Options", StringComparison.Ordinal)
            from option in record.Members.OfType<PropertyDeclarationSyntax>()
            where CanBeSet(option)
            select (Place: $"{file.At(option)}: {option.Identifier.Text}", Document: option.GetLeadingTrivia().ToFullString());
        var all = options.ToList();

        Assert.True(all.Count > 80, $"{all.Count} options were found.");
        Breaches.None(all.Where(option => !option.Document.Contains("default", StringComparison.OrdinalIgnoreCase)).Select(option => option.Place));
    }

    /// <summary>Whether a caller may set it but need not; what derives from another option has a body.</summary>
    private static bool CanBeSet(PropertyDeclarationSyntax option) =>
        option.AccessorList is { } accessors
        && accessors.Accessors.Any(accessor => accessor.IsKind(SyntaxKind.InitAccessorDeclaration) && accessor.Body is null && accessor.ExpressionBody is null)
        && !option.Modifiers.Any(SyntaxKind.RequiredKeyword)
        && !option.Modifiers.Any(SyntaxKind.AbstractKeyword);
}
