using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Studio.Assets;

/// <summary>Gives what pages load; nothing secret is in it, so no key is asked.</summary>
internal static class AssetEndpoints
{
    private const string ForEver = "public, max-age=31536000, immutable";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(StudioAssets.Folder + "/{version}/{name}", Give).ExcludeFromDescription();
        routes.MapGet("/favicon.ico", () => Results.NoContent()).ExcludeFromDescription();
    }

    private static IResult Give(string version, string name, StudioAssets assets, HttpContext context)
    {
        if (assets.Find(name) is not { } asset || asset.Version != version)
            return Results.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = ForEver;
        headers.Vary = "Accept-Encoding";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
            return Results.Bytes(asset.Plain, asset.Type);
        headers.ContentEncoding = "br";
        return Results.Bytes(asset.Compressed, asset.Type);
    }
}
