using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amend.Tensors.Files;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Security;

/// <summary>
/// Browsers that have shown a key: each has a cookie with a random text in place of the key, which is good for half a day at most and for
/// as long as the server runs and the key is there. Scripts cannot read the cookie, and pages of other sites cannot send it.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="time">The clock.</param>
public sealed class SignIns(KeyRing keys, TimeProvider time)
{
    private const string Cookie = "amend-sign-in";
    private const int Bytes = 32;
    private const int MostKept = 1000;
    private static readonly TimeSpan Lasting = TimeSpan.FromHours(12);
    private readonly ConcurrentDictionary<string, (string Key, DateTimeOffset Until)> _known = [];

    /// <summary>Signs the browser of a request in.</summary>
    /// <param name="context">The request, whose answer gets the cookie.</param>
    /// <param name="key">The key that it has shown.</param>
    public void Begin(HttpContext context, ApiKey key)
    {
        var now = time.GetUtcNow();
        foreach (var (old, _) in _known.Where(one => one.Value.Until < now))
            _known.TryRemove(old, out _);
        if (_known.Count >= MostKept)
            _known.TryRemove(_known.MinBy(one => one.Value.Until).Key, out _);
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        _known[ContentHash.Of(text)] = (key.Id, now + Lasting);
        context.Response.Cookies.Append(Cookie, text, OptionsFor(context));
    }

    /// <summary>Signs the browser of a request out.</summary>
    public void End(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { } text)
            _known.TryRemove(ContentHash.Of(text), out _);
        context.Response.Cookies.Delete(Cookie, OptionsFor(context));
    }

    /// <summary>The key that the browser of a request has shown; null where it is not signed in, or the key was taken away.</summary>
    internal ApiKey? Find(HttpContext context) => context.Request.Cookies[Cookie] is { } text
        && _known.TryGetValue(ContentHash.Of(text), out var found)
        && found.Until > time.GetUtcNow()
            ? keys.All.FirstOrDefault(key => key.Id == found.Key)
            : null;

    private static CookieOptions OptionsFor(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
