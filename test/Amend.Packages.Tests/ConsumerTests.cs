using System.Text.RegularExpressions;

namespace Amend.Packages.Tests;

/// <summary>A project that knows the folder of packages alone builds and runs the program of their README.</summary>
public sealed partial class ConsumerTests(PackedFolder packed)
{
    private const string LibTorch = "libtorch-cpu";

    private static readonly string Readme = File.ReadAllText(Path.Combine(GoldenCases.RepositoryRoot(), "src", "README.md"));

    [Fact]
    public async Task A_project_edits_a_fact_with_the_packages_and_is_told_where_libtorch_is_missing()
    {
        using var folder = new TempFolder();
        var shell = Shell.Apart(folder.Path);
        packed.OfferTo(folder.Path);
        File.WriteAllText(folder.File("consumer.csproj"), Project());
        File.WriteAllText(folder.File("Program.cs"), Code().Match(Readme).Groups[1].Value);

        await shell.DoAsync("dotnet", "build", "--configuration", "Release", "--output", "out");

        Assert.True(Directory.Exists(Path.Combine(Shell.CacheOf(folder.Path), "amend.editing", PackedFolder.Version)));
        Assert.StartsWith(" football", await shell.DoAsync("dotnet", "out/consumer.dll"), StringComparison.Ordinal);
        Assert.NotEqual(
            File.ReadAllBytes(PackagedTorchSharp()), File.ReadAllBytes(folder.File(Path.Combine("out", "TorchSharp.dll"))));

        foreach (var native in Directory.GetFiles(folder.File("out"), "*torch_cpu*", SearchOption.AllDirectories))
            File.Delete(native);
        var (code, _, error) = await shell.RunAsync("dotnet", "out/consumer.dll");
        Assert.NotEqual(0, code);
        Assert.Contains($"add the package {LibTorch}-{PackedFolder.Platform} {LibTorchVersion()} to its project", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_README_of_the_packages_asks_for_the_version_of_libtorch_that_Amend_is_built_with() =>
        Assert.Equal(VersionIn("Directory.Packages.props", "<LibTorchVersion>([^<]+)<"), LibTorchVersion());

    private static string Project()
    {
        var references = Added().Matches(Readme).Select(match => match.Groups[1].Value)
            .Select(id => id.StartsWith(LibTorch, StringComparison.Ordinal)
                ? $"""<PackageReference Include="{LibTorch}-{PackedFolder.Platform}" Version="{LibTorchVersion()}" />"""
                : $"""<PackageReference Include="{id}" Version="{PackedFolder.Version}" />""");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                {string.Join("\n    ", references)}
              </ItemGroup>
            </Project>
            """;
    }

    private static string PackagedTorchSharp() => Directory
        .GetFiles(Path.Combine(PackedFolder.MachineCache, "torchsharp", VersionIn("Directory.Packages.props", "\"TorchSharp\" Version=\"([^\"]+)\"")), "TorchSharp.dll", SearchOption.AllDirectories)
        .Single(file => file.Contains("net8.0", StringComparison.Ordinal));

    private static string LibTorchVersion() => VersionIn("src/README.md", @"libtorch-cpu-linux-x64 --version (\S+)");

    private static string VersionIn(string file, string pattern) =>
        Regex.Match(File.ReadAllText(Path.Combine(GoldenCases.RepositoryRoot(), file)), pattern).Groups[1].Value;

    [GeneratedRegex("^dotnet add package (\\S+)", RegexOptions.Multiline)]
    private static partial Regex Added();

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
