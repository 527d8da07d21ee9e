using System.Buffers.Text;
using System.Security.Cryptography;
using Amend.Tensors.Files;

namespace Amend.Server.Security;

/// <summary>
/// A key as it is kept: its secret's hash, never the secret. A secret has 256 random bits, so a plain hash of it tells nothing.
/// </summary>
/// <param name="Id">What it is named by; a part of the key.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What its holder may do.</param>
/// <param name="Hash">The SHA-256 of the secret.</param>
/// <param name="Time">When it was made, UTC.</param>
public sealed record ApiKey(string Id, string Name, Role Role, string Hash, DateTimeOffset Time)
{
    private const string Prefix = "amend";
    private const char Between = '.';
    private const int IdBytes = 5;
    private const int SecretBytes = 32;

    /// <summary>Makes a key.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="role">What its holder may do.</param>
    /// <returns>What is kept, and the key itself, which is told once.</returns>
    public static (ApiKey Kept, string Key) Create(string name, Role role)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (new ApiKey(id, name, role, ContentHash.Of(secret), DateTimeOffset.UtcNow), string.Join(Between, Prefix, id, secret));
    }

    /// <summary>The id and the secret of a key; null where the text is none.</summary>
    public static (string Id, string Secret)? Parse(string key) =>
        key.Split(Between) is [Prefix, var id, var secret] ? (id, secret) : null;

    /// <summary>Whether a secret is this key's; takes the same time for all.</summary>
    public bool IsOf(string secret) => CryptographicOperations.FixedTimeEquals(
        Convert.FromHexString(Hash), Convert.FromHexString(ContentHash.Of(secret)));
}
