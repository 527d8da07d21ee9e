using System.Net;
using Amend.Tensors;

namespace Amend.Models.Hub;

/// <summary>A file that is being downloaded: <c>NAME.part</c> until size and hash are checked, and then NAME.</summary>
internal sealed class HubPart
{
    private readonly string _path;
    private readonly string _part;
    private readonly TimeSpan _patience;
    private readonly Action<long, long, string?> _progress;

    /// <summary>Creates the part of a file; what an earlier download left is gone on with.</summary>
    public HubPart(string path, TimeSpan patience, Action<long, long, string?> progress)
    {
        _path = path;
        _part = path + ".part";
        _patience = patience;
        _progress = progress;
    }

    /// <summary>Bytes that are there.</summary>
    public long Length => File.Exists(_part) ? new FileInfo(_part).Length : 0;

    /// <summary>The most bytes that have been there; attempts that get no further count as failures.</summary>
    public long Received { get; private set; }

    /// <summary>Throws away what is there; the caller throws what is returned.</summary>
    public HubTroubleException Restart(string found)
    {
        File.Delete(_part);
        return new HubTroubleException(found);
    }

    /// <summary>Takes an answer's bytes, checks the whole, and moves it to its place.</summary>
    /// <exception cref="HubTroubleException">The answer was cut off, or is not what the digest says.</exception>
    public async Task ReceiveAsync(HttpResponseMessage answer, HubDigest digest, CancellationToken stop)
    {
        try
        {
            var size = await AppendAsync(answer, digest, stop).ConfigureAwait(false);
            if (Length < size)
                throw new HubTroubleException($"it stops after {Length} of {size} bytes");
            if (digest.HashOf(_part) is var hash && hash != digest.Hash)
                throw Restart($"its hash is {hash} and not the {digest.Hash} that was said");
            File.Move(_part, _path, overwrite: true);
            _progress(size, size, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"Cannot write '{_part}' ({e.Message.TrimEnd('.')}); "
                + "free space or make the folder writable, and try again.", e);
        }
    }

    private async Task<long> AppendAsync(HttpResponseMessage answer, HubDigest digest, CancellationToken stop)
    {
        var from = answer.StatusCode == HttpStatusCode.PartialContent ? Length : 0;
        if (answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From != from)
            throw Restart($"it answers from byte {answer.Content.Headers.ContentRange?.From} where byte {from} was asked");
        var told = answer.Content.Headers.ContentRange?.Length ?? from + answer.Content.Headers.ContentLength;
        if (told is null && digest.Size is null)
            throw Restart("it does not say its size");
        if (told is not null && digest.Size is not null && told != digest.Size)
            throw Restart($"it has {told} bytes and not the {digest.Size} that were said");
        var size = (told ?? digest.Size)!.Value;
        var file = new FileStream(_part, from > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);
        await using (file.ConfigureAwait(false))
        {
            var done = from;
            try
            {
                await HubBody.CopyAsync(answer, file, size - from, _patience, Count, stop).ConfigureAwait(false);
            }
            finally
            {
                file.Flush(flushToDisk: true);
            }

            void Count(int bytes)
            {
                done += bytes;
                Received = Math.Max(Received, done);
                _progress(done, size, null);
            }
        }

        return size;
    }
}
