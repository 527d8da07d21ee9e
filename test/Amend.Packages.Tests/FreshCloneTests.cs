namespace Amend.Packages.Tests;

/// <summary>
/// From a fresh clone to the demo with no checkout in reach, and what a change of the public surface asks for. Minutes, and packages of
/// every platform from the registry: <c>-explicit only</c> runs them.
/// </summary>
public sealed class FreshCloneTests
{
    [Fact(Explicit = true)]
    public async Task A_fresh_clone_packs_a_tool_that_runs_when_the_clone_is_gone()
    {
        using var folder = new TempFolder();
        var clone = await CloneAsync(folder);
        await new Shell(clone).DoAsync("bash", "eng/pack.sh");
        Directory.Move(Path.Combine(clone, "artifacts", "packages"), folder.File("packages"));
        Directory.Delete(clone, recursive: true);
        var shell = Shell.Apart(folder.Path);

        await shell.DoAsync("dotnet", "tool", "install", "amend", "--tool-path", folder.File("tools"), "--source", folder.File("packages"));
        var demo = await shell.DoAsync(folder.File(Path.Combine("tools", "amend")), "demo");

        Assert.Contains("The weights are the ones from before, bit for bit.", demo, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(folder.File("packages"), "amend.*-*.nupkg").Length);
    }

    [Fact(Explicit = true)]
    public async Task Two_clones_make_the_same_packages_byte_for_byte()
    {
        using var folder = new TempFolder();
        string[] clones = [await CloneAsync(folder, "clone"), await CloneAsync(folder, "another-clone")];
        foreach (var clone in clones)
            await new Shell(clone).DoAsync("bash", "eng/pack.sh", PackedFolder.Platform);
        string[][] packages = [.. clones.Select(clone =>
            Directory.GetFiles(Path.Combine(clone, "artifacts", "packages")).Order(StringComparer.Ordinal).ToArray())];

        Assert.Equal(PackedFolder.Libraries.Count + 2, packages[0].Length);
        Assert.All(packages[0].Zip(packages[1]), pair => Assert.True(
            File.ReadAllBytes(pair.First).AsSpan().SequenceEqual(File.ReadAllBytes(pair.Second)), $"{pair.First} differs from {pair.Second}"));
    }

    [Fact(Explicit = true)]
    public async Task A_new_public_member_is_refused_until_the_files_of_the_public_surface_have_it()
    {
        const string Declared = "static Amend.Tensors.Added.Member() -> int";
        using var folder = new TempFolder();
        var clone = await CloneAsync(folder);
        var shell = new Shell(clone);
        var file = Path.Combine(clone, "src", "Amend.Tensors", "PublicAPI.Unshipped.txt");
        var before = File.ReadAllLines(file);
        File.WriteAllText(
            Path.Combine(clone, "src", "Amend.Tensors", "Added.cs"),
            """
            namespace Amend.Tensors;

            /// <summary>Added by a test.</summary>
            public static class Added
            {
                /// <summary>Added by a test.</summary>
                public static int Member() => 1;
            }

            """);
        var build = (string[])["build", "src/Amend.Tensors", "--configuration", "Release"];

        var (code, output, _) = await shell.RunAsync("dotnet", build);
        Assert.NotEqual(0, code);
        Assert.Contains($"RS0016: Symbol '{Declared}' is not part of the declared public API", output, StringComparison.Ordinal);

        File.AppendAllLines(file, ["<<<<<<< what a merge may leave", "Amend.Tensors.Removed"]);
        await shell.DoAsync("bash", "eng/public-api.sh");
        Assert.Equal([Declared, "Amend.Tensors.Added"], File.ReadAllLines(file).Except(before).OrderDescending(StringComparer.Ordinal));
        Assert.Empty(before.Except(File.ReadAllLines(file)));
        await shell.DoAsync("dotnet", build);
    }

    private static async Task<string> CloneAsync(TempFolder folder, string name = "clone")
    {
        var clone = folder.File(name);
        await new Shell(folder.Path).DoAsync("git", "clone", "--quiet", "--no-hardlinks", GoldenCases.RepositoryRoot(), clone);
        return clone;
    }
}
