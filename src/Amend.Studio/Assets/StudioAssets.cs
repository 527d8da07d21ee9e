using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;
using Amend.Tensors.Files;

namespace Amend.Studio.Assets;

/// <summary>
/// What pages load: scripts and styles that lie in this assembly, compressed once, each at an address that changes with what it holds, so
/// that a browser need never ask for it again.
/// </summary>
public sealed class StudioAssets
{
    /// <summary>The folder of their addresses.</summary>
    public const string Folder = "/_studio";

    private const string Files = "asset/";
    private const string Styles = "style/";
    private const string OwnStyle = "studio.css";
    private readonly FrozenDictionary<string, Asset> _assets = Read().ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>The address of one.</summary>
    /// <param name="name">Its name, such as <c>studio.css</c>.</param>
    public string this[string name] => $"{Folder}/{_assets[name].Version}/{name}";

    /// <summary>One by its name; null where there is none.</summary>
    public Asset? Find(string name) => _assets.GetValueOrDefault(name);

    private static IEnumerable<Asset> Read()
    {
        var names = typeof(StudioAssets).Assembly.GetManifestResourceNames();
        foreach (var name in names.Where(name => name.StartsWith(Files, StringComparison.Ordinal)))
            yield return Asset.Of(name[Files.Length..], Content(name));
        // One style sheet: what holds for all pages first, then those of the folders.
        var styles = names.Where(name => name.StartsWith(Styles, StringComparison.Ordinal))
            .OrderByDescending(name => name.StartsWith(Styles + "Layout", StringComparison.Ordinal))
            .ThenBy(name => name, StringComparer.Ordinal);
        yield return Asset.Of(OwnStyle, [.. styles.SelectMany(name => Content(name).Append((byte)'\n'))]);
    }

    private static byte[] Content(string resource)
    {
        using var stream = typeof(StudioAssets).Assembly.GetManifestResourceStream(resource)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}

/// <summary>A file that pages load.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What a browser takes it for.</param>
/// <param name="Version">The first digits of its content's hash.</param>
/// <param name="Plain">Its bytes.</param>
/// <param name="Compressed">The same by Brotli.</param>
public sealed record Asset(string Name, string Type, string Version, byte[] Plain, byte[] Compressed)
{
    private const int Digits = 12;

    internal static Asset Of(string name, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
            brotli.Write(content);
        var type = Path.GetExtension(name) == ".css" ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
        return new Asset(name, type, ContentHash.Of(Encoding.UTF8.GetString(content))[..Digits], content, packed.ToArray());
    }
}
