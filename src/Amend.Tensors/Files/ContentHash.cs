using System.Security.Cryptography;
using System.Text;

namespace Amend.Tensors.Files;

/// <summary>SHA-256 of content, as Amend writes it everywhere: 64 hexadecimal digits in lower case.</summary>
public static class ContentHash
{
    private const int ShortDigits = 12;

    /// <summary>The hash of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The hash of a text's UTF-8 bytes.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a file to its end and hashes it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string ReadFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads a stream to its end and hashes it.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static string Read(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>What a hash is named by where people read it: its first 12 digits.</summary>
    public static string Short(string hash) => hash.Length > ShortDigits ? hash[..ShortDigits] : hash;
}
