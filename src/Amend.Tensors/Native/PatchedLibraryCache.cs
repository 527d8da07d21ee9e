using System.Security.Cryptography;

namespace Amend.Tensors.Native;

/// <summary>
/// The private, patched copy of TorchSharp's native library: one file a content hash, written beside and renamed, so that
/// processes which start at once never see half a file and never disturb each other. The packaged file is only read.
/// </summary>
public static class PatchedLibraryCache
{
    /// <summary>The symbol version that TorchSharp 0.107.0's native library names and no relocation uses.</summary>
    public const string MarkerVersion = "GLIBCXX_3.4.32";

    /// <summary>The cache folder of this user: <c>$XDG_CACHE_HOME/amend/native</c>, else below the local application data.</summary>
    public static string DefaultFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
        }

        return Path.Combine(cache, "amend", "native");
    }

    /// <summary>The path of a library that loads on this machine: the packaged one, or its patched copy.</summary>
    /// <param name="packaged">The packaged <c>libLibTorchSharp.so</c>.</param>
    /// <param name="systemHasVersion">Whether the system's libstdc++ has <see cref="MarkerVersion"/>; then nothing is written.</param>
    /// <param name="folder">Where patched copies are kept.</param>
    /// <exception cref="AmendException">The copy is needed and the folder cannot be written.</exception>
    public static string Resolve(string packaged, bool systemHasVersion, string folder)
    {
        if (systemHasVersion)
            return packaged;
        var original = File.ReadAllBytes(packaged);
        if (!ElfVersionRequirements.Requires(original, MarkerVersion))
            return packaged;
        var patched = Path.Combine(folder, $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(original))[..16]}.so");
        var expected = ElfVersionRequirements.MakeWeak(original, MarkerVersion);
        if (!File.Exists(patched) || !File.ReadAllBytes(patched).AsSpan().SequenceEqual(expected))
            Write(patched, expected);
        return patched;
    }

    private static void Write(string path, byte[] bytes)
    {
        var beside = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(beside, bytes);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"This system's libstdc++ is older than TorchSharp's, and a patched copy of its library could not be written to '{path}' "
                    + $"({e.Message}); make the folder writable or set XDG_CACHE_HOME to one that is.", e);
        }
        finally
        {
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }
}
