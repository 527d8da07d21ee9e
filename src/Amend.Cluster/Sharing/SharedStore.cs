using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Cluster.Sharing;

/// <summary>
/// Files that all machines of a cluster see, by the SHA-256 of their bytes: a folder that all have mounted, or the same folder behind an
/// HTTP server. Each machine fetches a file once and checks it.
/// </summary>
/// <param name="place">The folder, or its address.</param>
/// <param name="cache">Where this machine keeps what it fetched.</param>
public sealed class SharedStore(string place, string cache)
{
    private const int LongestName = 2;
    private static readonly HttpClient Client = new();

    private bool IsRemote => Uri.TryCreate(place, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    /// <summary>Puts a file there, where it is not.</summary>
    /// <returns>Its hash.</returns>
    /// <exception cref="AmendException">The store is behind HTTP, or cannot be written.</exception>
    public string Put(string file)
    {
        if (IsRemote)
            throw new AmendException($"'{place}' can only be read; submit runs from where its folder is, with --share FOLDER.");
        var hash = ContentHash.ReadFile(file);
        var at = Path.Combine(place, RelativePath(hash));
        if (File.Exists(at))
            return hash;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            var part = $"{at}.{Guid.NewGuid():N}.part";
            File.Copy(file, part);
            File.Move(part, at, overwrite: true);
            return hash;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"'{file}' cannot be shared in '{place}' ({e.Message.TrimEnd('.')}); give a folder that is writable.", e);
        }
    }

    /// <summary>A file on this machine, fetched where it is not there yet.</summary>
    /// <exception cref="AmendException">It is not in the store, or is there with other bytes.</exception>
    public string Get(string hash)
    {
        var here = Path.Combine(cache, RelativePath(hash));
        if (File.Exists(here))
            return here;
        Directory.CreateDirectory(Path.GetDirectoryName(here)!);
        var part = $"{here}.{Guid.NewGuid():N}.part";
        try
        {
            Fetch(hash, part);
            if (ContentHash.ReadFile(part) is var found && found != hash)
                throw new AmendException(
                    $"'{RelativePath(hash)}' in '{place}' has the hash {ContentHash.Short(found)}, which is not its name; "
                    + "remove it there and submit the run again.");
            File.Move(part, here, overwrite: true);
            return here;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            throw new AmendException(
                $"'{RelativePath(hash)}' cannot be fetched from '{place}' ({e.Message.TrimEnd('.')}); "
                + "give the store with --share that the run was submitted with.", e);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static string RelativePath(string hash) => $"{hash[..LongestName]}/{hash}";

    private void Fetch(string hash, string to)
    {
        if (!IsRemote)
        {
            File.Copy(Path.Combine(place, RelativePath(hash)), to);
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{place.TrimEnd('/')}/{RelativePath(hash)}");
        using var response = Client.Send(request, HttpCompletionOption.ResponseHeadersRead).EnsureSuccessStatusCode();
        using var from = response.Content.ReadAsStream();
        using var file = File.Create(to);
        from.CopyTo(file);
    }
}
