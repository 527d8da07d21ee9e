using Amend.Server.Security;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend keys list --json</c> prints.</summary>
/// <param name="Keys">The keys, the oldest first.</param>
internal sealed record KeysDocument(IReadOnlyList<KeyEntry> Keys);

/// <summary>What <c>amend keys add --json</c> and <c>amend keys remove --json</c> print.</summary>
/// <param name="Entry">The key.</param>
/// <param name="Key">The key itself, where it was made: it is told this once.</param>
internal sealed record KeyDocument(KeyEntry Entry, string? Key);

/// <summary>A key, without what opens.</summary>
/// <param name="Id">What it is named by.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What its holder may do.</param>
/// <param name="Time">When it was made, UTC.</param>
internal sealed record KeyEntry(string Id, string Name, Role Role, DateTimeOffset Time)
{
    /// <summary>A key without its hash.</summary>
    public static KeyEntry Of(ApiKey key) => new(key.Id, key.Name, key.Role, key.Time);
}
