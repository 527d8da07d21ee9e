using System.Reflection.PortableExecutable;
using System.Text;

namespace Amend.Packages.Tests;

/// <summary>What is in the packages of the libraries.</summary>
public sealed class LibraryPackageTests(PackedFolder packed)
{
    /// <summary>What packages may name that is no file of this machine: the root of the sources, as the compiler writes it.</summary>
    private const string SourceRoot = "/_/";

    public static TheoryData<string> Libraries => [.. PackedFolder.Libraries];

    [Fact]
    public void Every_library_is_packed_once_and_the_tool_with_a_package_for_its_platform()
    {
        string[] ids = [.. PackedFolder.Libraries, "amend", $"amend.{PackedFolder.Platform}"];

        Assert.Equal(
            ids.Select(packed.PathOf).Order(StringComparer.Ordinal), Directory.GetFiles(packed.Packages).Order(StringComparer.Ordinal));
        Assert.All(ids, id => Assert.Contains(packed.PathOf(id), packed.Printed, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_README_of_the_packages_says_what_a_package_has(string id) =>
        Assert.Contains($"\n| `{id}` | ", File.ReadAllText(Path.Combine(GoldenCases.RepositoryRoot(), "src", "README.md")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_says_what_it_is(string id)
    {
        using var package = new Package(packed.PathOf(id));

        Assert.Equal(id, package.Says("id"));
        Assert.Equal(PackedFolder.Version, package.Says("version"));
        Assert.Equal("MIT", package.Says("license"));
        Assert.Equal("The Amend authors", package.Says("authors"));
        Assert.NotEqual("Package Description", package.Says("description"));
        Assert.Equal("README.md", package.Says("readme"));
        Assert.Contains("dotnet add package Amend.Editing", Encoding.UTF8.GetString(package.Read("README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_has_the_assembly_with_its_documents_and_nothing_else_to_load(string id)
    {
        using var package = new Package(packed.PathOf(id));

        Assert.Equal(
            [$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"],
            package.Files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(package.Files, file => file.StartsWith("content", StringComparison.Ordinal));
        Assert.Contains($"<member name=\"T:{id}.", Encoding.UTF8.GetString(package.Read($"lib/net10.0/{id}.xml")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_depends_on_its_siblings_in_the_same_version_and_on_no_native_libtorch(string id)
    {
        using var package = new Package(packed.PathOf(id));

        Assert.DoesNotContain(package.Dependencies.Keys, name => name.StartsWith("libtorch", StringComparison.Ordinal));
        Assert.All(
            package.Dependencies.Where(other => other.Key.StartsWith("Amend.", StringComparison.Ordinal)),
            other => Assert.Equal(PackedFolder.Version, other.Value));
        Assert.Equal(id != "Amend.Tensors", package.Dependencies.Keys.Any(name => PackedFolder.Libraries.Contains(name)));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void An_assembly_is_deterministic_has_its_symbols_and_names_no_folder_of_the_machine(string id)
    {
        using var package = new Package(packed.PathOf(id));
        var bytes = package.Read($"lib/net10.0/{id}.dll");
        using var assembly = new PEReader(new MemoryStream(bytes));
        var debug = assembly.ReadDebugDirectory();
        using var symbols = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(
            debug.Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb));
        var reader = symbols.GetMetadataReader();

        Assert.Contains(debug, entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        Assert.NotEmpty(reader.Documents);
        Assert.All(reader.Documents, document => Assert.StartsWith(SourceRoot, reader.GetString(reader.GetDocument(document).Name), StringComparison.Ordinal));
        Assert.DoesNotContain(GoldenCases.RepositoryRoot(), Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_is_packed_again_is_the_same_byte_for_byte()
    {
        const string Id = "Amend.Tracing";
        using var again = new TempFolder();
        var shell = new Shell(GoldenCases.RepositoryRoot());
        using (var package = new Package(packed.PathOf(Id)))
            shell.Variables["SOURCE_DATE_EPOCH"] = $"{package.Written.ToUnixTimeSeconds()}";

        await shell.DoAsync("dotnet", "pack", $"src/{Id}", "--configuration", "Release", "--no-build", "--output", again.Path);

        Assert.Equal(File.ReadAllBytes(packed.PathOf(Id)), File.ReadAllBytes(again.File($"{Id}.{PackedFolder.Version}.nupkg")));
    }

    [Theory]
    [InlineData("models")]
    [InlineData("suites")]
    [InlineData("World")]
    public void The_package_of_the_world_has_its_files_as_they_are(string folder)
    {
        using var package = new Package(packed.PathOf("Amend.Atlas"));
        var root = Path.Combine(GoldenCases.RepositoryRoot(), folder == "World" ? "src/Amend.Atlas/World" : folder);
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);

        Assert.Equal(files.Length, package.Files.Count(file => file.StartsWith($"data/{folder}/", StringComparison.Ordinal)));
        Assert.All(files, file => Assert.Equal(
            File.ReadAllBytes(file), package.Read($"data/{folder}/{Path.GetRelativePath(root, file).Replace('\\', '/')}")));
    }
}
