using Amend.Server.Problems;
using Amend.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amend.Studio.Access;

/// <summary>A key entered on a page becomes a cookie that scripts cannot read and other sites cannot send.</summary>
internal static class SignInEndpoints
{
    /// <summary>Where a key is asked for.</summary>
    public const string Page = "/sign-in";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Page + "/key", SignInAsync).DisableAntiforgery().ExcludeFromDescription();
        routes.MapPost("/sign-out", SignOut).DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>A path of this server; its beginning where the text is none.</summary>
    public static string OwnPath(string? path) =>
        path is ['/', not ('/' or '\\'), ..] && !path.Any(char.IsControl) ? path : "/";

    private static async Task<IResult> SignInAsync(HttpContext context, SignIns signIns, Server.Security.Access access)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var to = OwnPath(form["to"]);
        if (access.IsGuessing(context) is { } guessing)
            throw new RefusedException(guessing);
        if (access.Keys.Find(form["key"].ToString().Trim()) is not { } key)
        {
            access.CountFailure(context);
            return Results.Redirect(Layout.Links.To(Page, ("to", to), ("wrong", "1")));
        }

        signIns.Begin(context, key);
        return Results.Redirect(to);
    }

    private static IResult SignOut(HttpContext context, SignIns signIns)
    {
        signIns.End(context);
        return Results.Redirect(Page);
    }
}
