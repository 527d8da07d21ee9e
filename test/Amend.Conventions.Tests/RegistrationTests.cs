using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amend.Conventions.Tests;

/// <summary>A new family or editor is one folder and one line, a data set one file and one line: neither is there without the other.</summary>
public sealed class RegistrationTests
{
    [Theory]
    [InlineData("src/Amend.Models/Families", "src/Amend.Models/BuiltInFamilies.cs", "Family")]
    [InlineData("src/Amend.Editing/Editors", "src/Amend.Editing/Editors/BuiltInEditors.cs", "Editor")]
    public void Every_folder_has_its_line_and_every_line_its_folder(string folder, string registry, string suffix)
    {
        var folders = Directory.GetDirectories(SourceTree.PathOf(folder)).Select(Path.GetFileName).ToList();

        var registered = SourceTree.Files.Single(file => file.Path == registry)
            .All<ObjectCreationExpressionSyntax>()
            .Select(created => created.Type.ToString())
            .Where(type => type.EndsWith(suffix, StringComparison.Ordinal))
            .Select(type => type[..^suffix.Length]);

        Assert.Equal(folders.Order(StringComparer.Ordinal), registered.Order(StringComparer.Ordinal));
        Assert.All(folders, name => Assert.True(
            File.Exists(SourceTree.PathOf($"{folder}/{name}/{name}{suffix}.cs")), $"{folder}/{name} has no {name}{suffix}.cs."));
    }

    [Fact]
    public void Every_data_set_has_its_line_and_every_line_its_file()
    {
        const string Folder = "src/Amend.Evaluation/Datasets";
        var files = SourceTree.FilesUnder($"{Folder}/Formats", "*Dataset.cs").Select(Path.GetFileNameWithoutExtension);

        var registered = SourceTree.Files.Single(file => file.Path == $"{Folder}/BuiltInDatasets.cs")
            .All<ObjectCreationExpressionSyntax>()
            .Select(created => created.Type.ToString())
            .Where(type => type.EndsWith("Dataset", StringComparison.Ordinal))
            .Distinct();

        Assert.Equal(files.Order(StringComparer.Ordinal), registered.Order(StringComparer.Ordinal));
    }
}
