using System.Net;
using System.Net.Http.Headers;
using Amend.Tensors;

namespace Amend.Models.Hub;

/// <summary>
/// Asks the hub over HTTP: follows redirects without the token, waits and tries again, and says failures in one sentence.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 5;
    private const int MostListingBytes = 50_000_000;

    private readonly HubOptions _options;
    private readonly Uri _endpoint;
    private readonly HttpClient _http;

    /// <summary>Creates a client.</summary>
    /// <exception cref="AmendException">The endpoint is no address.</exception>
    public HubClient(HubOptions options)
    {
        _options = options;
        _endpoint = Uri.TryCreate(options.Endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0
            ? uri
            : throw new AmendException($"HF_ENDPOINT is '{options.Endpoint}', which is no http or https address; "
                + "set it to one, such as https://huggingface.co.");
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.Patience,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("amend", null));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>What a revision holds.</summary>
    public Task<HubListing> ListAsync(HubName model, Action<string> trouble, CancellationToken stop) =>
        InAttemptsAsync(
            $"the list of '{model}'",
            async () =>
            {
                using var answer = await AskAsync(
                    new Uri(_endpoint, $"api/models/{model.Id}/revision/{Uri.EscapeDataString(model.Revision)}"), 0, stop)
                        .ConfigureAwait(false);
                RefuseStatus(answer.Last, model, file: null);
                using var whole = new MemoryStream();
                await HubBody.CopyAsync(answer.Last, whole, MostListingBytes, _options.Patience, _ => { }, stop).ConfigureAwait(false);
                return HubListing.Parse(model, whole.ToArray());
            },
            () => 0,
            trouble,
            stop);

    /// <summary>
    /// Downloads a file beside its place, going on where an earlier download stopped, and moves it there once it is checked.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="progress">Told bytes done and in all, and what went wrong.</param>
    /// <param name="stop">Stops the download; what is there stays for the next.</param>
    /// <returns>Its hash.</returns>
    public Task<HubDigest> DownloadAsync(
        HubName model, string commit, string file, string path, Action<long, long, string?> progress, CancellationToken stop)
    {
        var part = new HubPart(path, _options.Patience, progress);
        var address = new Uri(_endpoint, $"{model.Id}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");
        return InAttemptsAsync(
            $"'{file}' of '{model}'",
            async () =>
            {
                using var answer = await AskAsync(address, part.Length, stop).ConfigureAwait(false);
                if (answer.Last.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                    throw part.Restart($"the {part.Length} bytes that were there are more than it has");
                RefuseStatus(answer.Last, model, file);
                var digest = answer.Digest
                    ?? throw new AmendException($"{_endpoint.Host} says of '{file}' of '{model}' no hash to check it by; "
                        + "set HF_ENDPOINT to a hub that does.");
                await part.ReceiveAsync(answer.Last, digest, stop).ConfigureAwait(false);
                return digest;
            },
            () => part.Received,
            text => progress(part.Length, 0, text),
            stop);
    }

    private async Task<T> InAttemptsAsync<T>(
        string what, Func<Task<T>> once, Func<long> received, Action<string> trouble, CancellationToken stop)
    {
        var (failures, before) = (0, received());
        while (true)
        {
            try
            {
                return await once().ConfigureAwait(false);
            }
            catch (HubTroubleException e)
            {
                failures = received() > before ? 1 : failures + 1;
                before = received();
                if (failures >= _options.Attempts)
                    throw new AmendException($"Cannot download {what} from {_endpoint.Host}: {e.Message}, {failures} times in a row; "
                        + "try again later, what is there is kept.", e);
                trouble(e.Message);
                await Task.Delay(Delay(failures, e.After), stop).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Delay(int failures, TimeSpan? asked)
    {
        var delay = asked ?? _options.FirstDelay * Math.Pow(2, failures - 1);
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay < _options.LongestDelay ? delay : _options.LongestDelay;
    }

    private async Task<HubAnswer> AskAsync(Uri address, long from, CancellationToken stop)
    {
        HubDigest? digest = null;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var answer = await SendAsync(address, from, stop).ConfigureAwait(false);
            digest ??= IsHub(address) ? HubDigest.Of(answer) : null;
            if ((int)answer.StatusCode is not (>= 300 and < 400) || answer.Headers.Location is not { } location)
                return new HubAnswer(digest, answer);
            answer.Dispose();
            address = new Uri(address, location);
            if (address.Scheme is not ("http" or "https"))
                break;
        }

        throw new HubTroubleException($"it leads from address to address, at last to a {address.Scheme} one");
    }

    private bool IsHub(Uri address) =>
        Uri.Compare(address, _endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private async Task<HttpResponseMessage> SendAsync(Uri address, long from, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        if (_options.Token is { } token && IsHub(address))
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(_options.Patience);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new HubTroubleException($"no answer ({e.Message.TrimEnd('.')})", inner: e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HubTroubleException($"no answer within {_options.Patience.TotalSeconds:F0} s", inner: e);
        }
    }

    private void RefuseStatus(HttpResponseMessage answer, HubName model, string? file)
    {
        var (code, what) = ((int)answer.StatusCode, file is null ? $"'{model}'" : $"'{file}' of '{model}'");
        if (code is 200 or 206)
            return;
        if (code is 408 or 429 or >= 500)
            throw new HubTroubleException($"the answer is {code}", After(answer));
        throw new AmendException(code switch
        {
            401 => $"{_endpoint.Host} wants a token for {what} (401); set HF_TOKEN to one that may read it, or check the name.",
            403 => $"{_endpoint.Host} refuses {what} (403); "
                + $"ask for access on {new Uri(_endpoint, model.Id)} and set HF_TOKEN to a token that has it.",
            404 => $"{_endpoint.Host} has no {what} at revision {model.Revision} (404); check owner, name and revision.",
            _ => $"{_endpoint.Host} answers {code} for {what}; check HF_ENDPOINT and the name.",
        });
    }

    private static TimeSpan? After(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is not { } after ? null
        : after.Delta ?? after.Date - DateTimeOffset.UtcNow;
}

/// <summary>The answer to a request that may have been redirected.</summary>
/// <param name="Digest">What the hub itself, not the host that it leads to, says the file must be; null where it says nothing.</param>
/// <param name="Last">The answer at the end of the redirects.</param>
internal sealed record HubAnswer(HubDigest? Digest, HttpResponseMessage Last) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Last.Dispose();
}
