using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Server.Wire;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Server.Security;

/// <summary>
/// The keys of a server, in one file of Amend's home that its owner alone may read. A change holds from the next request on.
/// </summary>
public sealed class KeyRing
{
    private static readonly ApiKey Nobody = ApiKey.Create("nobody", Role.Ask).Kept;
    private readonly Lock _gate = new();
    private (DateTime Time, long Length) _stamp;
    private IReadOnlyList<ApiKey> _keys = [];

    /// <summary>The keys of a home.</summary>
    public KeyRing(AmendHome home) => Path = System.IO.Path.Combine(home.Server, "keys.json");

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>All keys, the oldest first.</summary>
    /// <exception cref="AmendException">The file cannot be read.</exception>
    public IReadOnlyList<ApiKey> All
    {
        get
        {
            lock (_gate)
            {
                var file = new FileInfo(Path);
                var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
                if (stamp != _stamp)
                    (_keys, _stamp) = (file.Exists ? Read() : [], stamp);
                return _keys;
            }
        }
    }

    /// <summary>The key of a text; null where it is none. What is unknown takes the time of what is known.</summary>
    public ApiKey? Find(string text)
    {
        var (id, secret) = ApiKey.Parse(text) ?? ("", text);
        var found = All.FirstOrDefault(key => key.Id == id);
        return (found ?? Nobody).IsOf(secret) ? found : null;
    }

    /// <summary>Makes a key and keeps it.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="role">What its holder may do.</param>
    /// <returns>What is kept, and the key itself, which is told once.</returns>
    /// <exception cref="AmendException">The name is empty or taken, or the file cannot be written.</exception>
    public (ApiKey Kept, string Key) Add(string name, Role role)
    {
        if (string.IsNullOrWhiteSpace(name) || All.Any(key => key.Name == name))
            throw new AmendException($"A key for '{name}' was asked; give a name that no key has yet.");
        var made = ApiKey.Create(name, role);
        Write([.. All, made.Kept]);
        return made;
    }

    /// <summary>Takes a key away.</summary>
    /// <param name="key">Its id or name.</param>
    /// <exception cref="AmendException">There is no such key, or the file cannot be written.</exception>
    public ApiKey Remove(string key)
    {
        var found = All.FirstOrDefault(one => one.Id == key || one.Name == key)
            ?? throw new AmendException($"There is no key '{key}'; amend keys list names those that there are.");
        Write([.. All.Where(one => one != found)]);
        return found;
    }

    private IReadOnlyList<ApiKey> Read()
    {
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<ApiKey>>(File.ReadAllBytes(Path), WireJson.Options) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AmendException($"The keys in '{Path}' cannot be read ({e.Message.TrimEnd('.')}); restore the file.", e);
        }
    }

    private void Write(IReadOnlyList<ApiKey> keys)
    {
        OwnedFolder.Make(System.IO.Path.GetDirectoryName(Path)!);
        AtomicFile.WriteAllText(Path, JsonSerializer.Serialize(keys, WireJson.Options));
    }
}
