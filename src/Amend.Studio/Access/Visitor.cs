using System.Security.Claims;
using Amend.Server.Problems;
using Amend.Server.Security;
using Microsoft.AspNetCore.Components.Authorization;

namespace Amend.Studio.Access;

/// <summary>Who looks at a page, and what of it they may do; asked again at each action, since a key may have been taken away.</summary>
/// <param name="authentication">Who it is.</param>
/// <param name="access">The server's keys.</param>
public sealed class Visitor(AuthenticationStateProvider authentication, Server.Security.Access access)
{
    /// <summary>Whether they may do what a role may.</summary>
    public async Task<bool> MayAsync(Role role)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return RoleOf(user) is { } own && own >= role;
    }

    /// <summary>Who they are, for the audit log, if they may do what a role may.</summary>
    /// <exception cref="RefusedException">They may not.</exception>
    public async Task<Asker> RequireAsync(Role role)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        return RoleOf(user) switch
        {
            null => throw new RefusedException(Refusal.Unauthorized(
                "The key of this page is no longer one of the server; sign in again.")),
            { } own when own < role => throw new RefusedException(Refusal.Forbidden(
                $"This needs a key with the role {Name(role)}, and yours has {Name(own)}; sign in with another.")),
            _ => Asker.Of(user),
        };
    }

    /// <summary>The role that a visitor has now, by the key itself: another key may have its name once it is taken away.</summary>
    private Role? RoleOf(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true })
            return null;
        var id = user.FindFirstValue(ClaimTypes.NameIdentifier);
        return access.NeedsKeys ? access.Keys.All.FirstOrDefault(key => key.Id == id)?.Role : Role.Admin;
    }

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
