namespace Amend.Models.Hub;

/// <summary>The answer to a request that may have been redirected.</summary>
/// <param name="Digest">What the hub itself, not the host that it leads to, says the file must be; null where it says nothing.</param>
/// <param name="Last">The answer at the end of the redirects.</param>
internal sealed record HubAnswer(HubDigest? Digest, HttpResponseMessage Last) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Last.Dispose();
}
