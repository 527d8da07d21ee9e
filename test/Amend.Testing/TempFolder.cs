using System.IO.Compression;
using System.Text;

namespace Amend.Testing;

/// <summary>A folder of one test, deleted with all it holds.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("amend-test-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    /// <summary>Writes a text as gzip compresses it.</summary>
    public string WriteCompressed(string name, string text)
    {
        using var zip = new GZipStream(System.IO.File.Create(File(name)), CompressionLevel.Optimal);
        zip.Write(Encoding.UTF8.GetBytes(text));
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
