using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Amend.Conventions.Tests;

/// <summary>The repository's files, found from the folder with the solution; C# of <c>src</c> is parsed once.</summary>
internal static class SourceTree
{
    private static readonly string[] NotSource = ["artifacts", "bin", "obj", ".git"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Parsed = new(() => [.. CSharp().Select(Parse)]);

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files => Parsed.Value;

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static IEnumerable<string> FilesUnder(string folder, string pattern) =>
        Folder(folder).EnumerateFiles(pattern, SearchOption.AllDirectories).Select(file => file.FullName).Where(IsSource).Order(StringComparer.Ordinal);

    public static IEnumerable<string> FoldersUnder(string folder) =>
        Folder(folder).EnumerateDirectories("*", SearchOption.AllDirectories).Select(child => child.FullName).Where(IsSource);

    private static IEnumerable<string> CSharp() => FilesUnder("src", "*.cs");

    private static DirectoryInfo Folder(string relative) => new(PathOf(relative));

    private static bool IsSource(string path) => !Relative(path).Split('/').Intersect(NotSource).Any();

    private static SourceFile Parse(string path)
    {
        var text = File.ReadAllText(path);
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview).WithDocumentationMode(DocumentationMode.None);
        return new SourceFile(Relative(path), text, CSharpSyntaxTree.ParseText(text, options, path).GetCompilationUnitRoot());
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Amend.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder from '{AppContext.BaseDirectory}' upwards holds Amend.slnx; run the tests inside the repository.");
    }
}
