using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Amend.Models.Hub;

/// <summary>What the hub says a file must be: of a large file its size and SHA-256, of a small one the SHA-1 of its git blob.</summary>
/// <param name="Hash">Hexadecimal, 64 digits or 40.</param>
/// <param name="Size">Bytes, where the hub said so before the file's own answer.</param>
internal sealed record HubDigest(string Hash, long? Size)
{
    private const int Sha256Digits = 64;
    private const int Sha1Digits = 40;

    /// <summary>Reads the hub's answer to a file's address; null where it says nothing to check by.</summary>
    public static HubDigest? Of(HttpResponseMessage answer)
    {
        var hash = (Header(answer, "X-Linked-Etag") ?? Header(answer, "ETag"))?.Trim();
        if (hash?.StartsWith("W/", StringComparison.Ordinal) == true)
            hash = hash[2..];
        hash = hash?.Trim('"').ToLowerInvariant();
        var size = long.TryParse(Header(answer, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var linked)
            ? linked
            : (long?)null;
        return hash is { Length: Sha256Digits or Sha1Digits } && hash.All(char.IsAsciiHexDigit) ? new HubDigest(hash, size) : null;
    }

    /// <summary>The hash that a file has, of the kind that is to be compared.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Git names blobs by SHA-1; it is compared with what the hub gives over TLS.")]
    public string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        if (Hash.Length == Sha256Digits)
            return Convert.ToHexStringLower(SHA256.HashData(file));
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is var read and > 0)
            sha.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? values.First() : null;
}
