using Amend.Server.Problems;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Security;

/// <summary>
/// What keeps other pages of a browser on this machine out: a server on loopback is asked by no other name, nothing is changed or asked
/// by a request of another origin, and answers are neither framed nor taken for something else.
/// </summary>
internal static class BrowserGuard
{
    private const string OwnPage = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    /// <summary>The page of the interface has a script in it, and nothing that anybody wrote but the server.</summary>
    private const string InterfacePage = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private const string InterfacePath = "/docs";

    /// <summary>Passes a request on, or refuses it.</summary>
    public static Task GuardAsync(HttpContext context, RequestDelegate next, Access access)
    {
        var headers = context.Response.Headers;
        context.Response.OnStarting(() =>
        {
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.ContentSecurityPolicy =
                context.Request.Path.StartsWithSegments(InterfacePath, StringComparison.Ordinal) ? InterfacePage : OwnPage;
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (!access.Accepts(context.Request.Host))
            return RefuseAsync(context, "This server is asked as localhost alone; use http://127.0.0.1 with its port.");
        return IsOfAnotherPage(context.Request)
            ? RefuseAsync(context, "The request comes from a page of another origin, which may not ask this server.")
            : next(context);
    }

    private static Task RefuseAsync(HttpContext context, string sentence) => RefusalWriter.WriteAsync(context, Refusal.Forbidden(sentence));

    private static bool IsOfAnotherPage(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && !IsLink(request))
            return true;
        var origin = request.Headers.Origin.ToString();
        var isOwn = Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
        return origin.Length > 0 && !isOwn;
    }

    /// <summary>Whether a link was followed to here, which opens a page of its own and changes nothing.</summary>
    private static bool IsLink(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"].ToString() == "navigate"
        && request.Headers["Sec-Fetch-Dest"].ToString() == "document";
}
