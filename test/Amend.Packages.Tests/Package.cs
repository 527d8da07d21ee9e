using System.IO.Compression;
using System.Xml.Linq;

namespace Amend.Packages.Tests;

/// <summary>A package as it lies in a folder: its files and what it says of itself.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _zip;

    /// <summary>Opens a package.</summary>
    public Package(string path)
    {
        _zip = ZipFile.OpenRead(path);
        using var nuspec = _zip.Entries.Single(entry => entry.FullName == entry.Name && entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        Metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>The element of the nuspec with all that it says.</summary>
    public XElement Metadata { get; }

    /// <summary>The paths of its files.</summary>
    public IReadOnlyList<string> Files => [.. _zip.Entries.Select(entry => entry.FullName)];

    /// <summary>When its files were written, as it says: the time of the commit.</summary>
    public DateTimeOffset Written => _zip.Entries[0].LastWriteTime;

    /// <summary>The id and version of each package that it depends on.</summary>
    public IReadOnlyDictionary<string, string> Dependencies => Metadata.Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .ToDictionary(element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);

    /// <summary>What the nuspec says under a name, or null.</summary>
    public string? Says(string name) => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

    /// <summary>The bytes of a file.</summary>
    public byte[] Read(string path)
    {
        using var stream = _zip.GetEntry(path)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();
}
