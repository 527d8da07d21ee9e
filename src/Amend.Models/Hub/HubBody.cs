namespace Amend.Models.Hub;

/// <summary>Copies an answer's body, telling the network's failures, which may pass, from the disk's.</summary>
internal static class HubBody
{
    /// <summary>Copies at most <paramref name="most"/> bytes to a stream.</summary>
    /// <exception cref="HubTroubleException">The body is cut off, stalls, or goes on after <paramref name="most"/> bytes.</exception>
    public static async Task CopyAsync(
        HttpResponseMessage answer, Stream to, long most, TimeSpan patience, Action<int> copied, CancellationToken stop)
    {
        var from = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var buffer = new byte[1 << 17];
        long left = most;
        while (await ReadAsync(from, buffer, patience, stop).ConfigureAwait(false) is var read and > 0)
        {
            if (read > left)
                throw new HubTroubleException($"it goes on after its {most} bytes");
            left -= read;
            await to.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
            copied(read);
        }
    }

    private static async Task<int> ReadAsync(Stream from, byte[] buffer, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            return await from.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new HubTroubleException("the connection is cut", inner: e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HubTroubleException($"nothing came for {patience.TotalSeconds:F0} s", inner: e);
        }
    }
}
