using System.Text.Json;

namespace Amend.Tensors.Files;

/// <summary>The <c>*.index.json</c> of a sharded checkpoint: which shard holds which tensor.</summary>
/// <param name="Path">Where the index was read.</param>
/// <param name="ShardOf">The shard's file name for each tensor's name.</param>
public sealed record CheckpointIndex(string Path, IReadOnlyDictionary<string, string> ShardOf)
{
    private const long MostBytes = 100_000_000;

    private static readonly JsonDocumentOptions JsonOptions = new() { AllowDuplicateProperties = false };

    /// <summary>Reads an index and checks that its shards are plain file names.</summary>
    /// <exception cref="AmendException">The file is missing, broken, too large or a Git LFS pointer.</exception>
    public static CheckpointIndex Read(string path)
    {
        try
        {
            if (GitLfsPointer.IsAt(path))
                throw new AmendException(GitLfsPointer.Describe(path));
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes)
                throw Broken(path, $"it has {stream.Length} bytes, more than the {MostBytes} that an index may have");
            using var json = JsonDocument.Parse(stream, JsonOptions);
            return new(path, ReadMap(path, json.RootElement));
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException
            or InvalidOperationException)
        {
            throw Broken(path, cause.Message.TrimEnd('.'), cause);
        }
    }

    private static Dictionary<string, string> ReadMap(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("weight_map", out var map)
            || map.ValueKind != JsonValueKind.Object)
        {
            throw Broken(path, "it has no object 'weight_map'");
        }

        var shardOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in map.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String)
                throw Broken(path, $"the shard of tensor {ShownName.Of(pair.Name)} is not a string");
            shardOf.Add(pair.Name, PlainName(path, pair.Name, pair.Value.GetString()!));
        }

        return shardOf;
    }

    private static string PlainName(string path, string tensor, string shard) =>
        shard.Length > 0 && shard is not ("." or "..") && shard.IndexOfAny(['/', '\\', ':', '\0']) < 0
            ? shard
            : throw Broken(
                path,
                $"the shard of tensor {ShownName.Of(tensor)} is {ShownName.Of(shard)}, which is not a plain file name");

    private static AmendException Broken(string path, string found, Exception? cause = null)
    {
        var message = $"Cannot read the index '{path}': {found}; download the checkpoint again.";
        return cause is null ? new AmendException(message) : new AmendException(message, cause);
    }
}
