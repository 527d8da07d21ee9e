using System.Runtime.InteropServices;
using System.Xml.Linq;

[assembly: AssemblyFixture(typeof(Amend.Packages.Tests.PackedFolder))]

namespace Amend.Packages.Tests;

/// <summary>The packages of this checkout as <c>eng/pack.sh</c> makes them, the tool for this platform, in a folder of the tests.</summary>
public sealed class PackedFolder : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    /// <summary>The version that all packages have: the one that stands in <c>Directory.Build.props</c>.</summary>
    public static string Version { get; } =
        XDocument.Load(Path.Combine(GoldenCases.RepositoryRoot(), "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>This platform, as packages are called for it.</summary>
    public static string Platform { get; } =
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The ids of the libraries' packages: a project of <c>src</c> each, but for programs and what comes in the tool alone.</summary>
    public static IReadOnlyList<string> Libraries { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(GoldenCases.RepositoryRoot(), "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => !XDocument.Load(project).Descendants()
                .Any(set => (set.Name.LocalName, set.Value) is ("OutputType", "Exe") or ("IsPackable", "false")))
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Where this machine keeps the packages that it has.</summary>
    public static string MachineCache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The folder with the packages.</summary>
    public string Packages => _folder.File("packages");

    /// <summary>What the script printed.</summary>
    public string Printed { get; private set; } = "";

    /// <summary>The file of a package.</summary>
    public string PathOf(string id) => Path.Combine(Packages, $"{id}.{Version}.nupkg");

    public async ValueTask InitializeAsync()
    {
        var root = GoldenCases.RepositoryRoot();
        Printed = await new Shell(root).DoAsync("bash", Path.Combine(root, "eng", "pack.sh"), "--out", Packages, Platform);
    }

    /// <summary>Makes a folder that gets packages from this one alone, and what they need of others from the machine's own cache.</summary>
    public void OfferTo(string folder)
    {
        var config = new XElement(
            "configuration",
            new XElement("packageSources", new XElement("clear"), Added("packed", Packages)),
            new XElement("fallbackPackageFolders", new XElement("clear"), Added("machine", MachineCache)));
        File.WriteAllText(Path.Combine(folder, "nuget.config"), config.ToString());

        static XElement Added(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
