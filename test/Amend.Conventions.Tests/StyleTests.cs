using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

public sealed class StyleTests
{
    private static readonly string[] FoldersWithoutMeaning = ["Common", "Utils", "Helpers", "Managers"];

    /// <summary>Thrown itself, and the base of the failures that callers tell apart.</summary>
    private static readonly string[] OpenOnPurpose = ["AmendException"];

    [Fact]
    public void Folders_are_named_after_what_they_hold()
    {
        var wrong = SourceTree.FoldersUnder("src")
            .Where(folder => FoldersWithoutMeaning.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase))
            .Select(SourceTree.Relative);

        Breaches.None(wrong);
    }

    /// <summary>Below the type that a file is named after stand only the enums, records and delegates that exist for it.</summary>
    [Fact]
    public void A_file_holds_one_type_with_behaviour_named_after_it()
    {
        var wrong =
            from file in SourceTree.Files
            let types = file.All<MemberDeclarationSyntax>().Where(IsTopLevelType).ToList()
            where types.Count > 0
            where NameOf(types[0]) != file.Name.Split('.')[0] || !types.Skip(1).All(StandsBelow)
            select $"{file.Path}: {string.Join(", ", types.Select(NameOf))}";

        Breaches.None(wrong);
    }

    [Fact]
    public void Concrete_classes_are_sealed()
    {
        var wrong =
            from file in SourceTree.Files
            from type in file.All<TypeDeclarationSyntax>()
            where type is ClassDeclarationSyntax || type.IsKind(SyntaxKind.RecordDeclaration)
            where !Has(type, SyntaxKind.SealedKeyword) && !Has(type, SyntaxKind.StaticKeyword) && !Has(type, SyntaxKind.AbstractKeyword)
            where !OpenOnPurpose.Contains(type.Identifier.Text)
            select $"{file.At(type)}: {type.Identifier.Text}";

        Breaches.None(wrong);
    }

    [Fact]
    public void Modules_are_called_and_never_forwarded_to()
    {
        var wrong =
            from file in SourceTree.Files
            from call in file.All<InvocationExpressionSyntax>()
            where call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "forward" }
                or MemberBindingExpressionSyntax { Name.Identifier.Text: "forward" }
            select file.At(call);

        Breaches.None(wrong);
    }

    private static bool IsTopLevelType(MemberDeclarationSyntax member) =>
        member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && member.Parent is not BaseTypeDeclarationSyntax;

    private static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax declared => declared.Identifier.Text,
        DelegateDeclarationSyntax declared => declared.Identifier.Text,
        _ => type.ToString(),
    };

    private static bool StandsBelow(MemberDeclarationSyntax type) =>
        type is RecordDeclarationSyntax or EnumDeclarationSyntax or DelegateDeclarationSyntax || type.IsKind(SyntaxKind.RecordStructDeclaration);

    private static bool Has(TypeDeclarationSyntax type, SyntaxKind modifier) => type.Modifiers.Any(modifier);
}
