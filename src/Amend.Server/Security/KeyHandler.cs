using System.Security.Claims;
using System.Text.Encodings.Web;
using Amend.Server.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Amend.Server.Security;

/// <summary>
/// Tells who asks by the key of the request, <c>Authorization: Bearer</c> or <c>X-Api-Key</c>. A server on loopback without keys takes
/// everybody for its owner.
/// </summary>
/// <param name="options">The scheme's.</param>
/// <param name="logger">For the scheme's log.</param>
/// <param name="encoder">Not used.</param>
/// <param name="access">Who may ask.</param>
/// <param name="signIns">Browsers that have shown a key.</param>
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Access access, SignIns signIns)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "Key";

    private const string Bearer = "Bearer ";
    private Refusal? _refusal;

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!access.NeedsKeys)
            return Task.FromResult(Known("owner", "owner", Role.Admin));
        if (access.IsGuessing(Context) is { } refusal)
            return Task.FromResult(Refused(refusal));
        if (KeyOf() is not { Length: > 0 } text)
        {
            return Task.FromResult(signIns.Find(Context) is { } shown
                ? Known(shown.Id, shown.Name, shown.Role)
                : AuthenticateResult.NoResult());
        }

        if (access.Keys.Find(text) is { } key)
            return Task.FromResult(Known(key.Id, key.Name, key.Role));
        access.CountFailure(Context);
        return Task.FromResult(Refused(Refusal.Unauthorized("The request's key is none of this server; amend keys add makes one.")));
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_refusal is null && Context.GetEndpoint()?.Metadata.GetMetadata<ISignInPage>() is { } page)
        {
            Response.Redirect(page.AddressFor(Request));
            return Task.CompletedTask;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        return RefusalWriter.WriteAsync(Context, _refusal ?? Refusal.Unauthorized(
            "The request has no key; send one as 'Authorization: Bearer KEY'."));
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => RefusalWriter.WriteAsync(
        Context,
        Refusal.Forbidden($"The key's role is {Context.User.FindFirstValue(ClaimTypes.Role)}, and this needs more; ask with another key."));

    private string? KeyOf()
    {
        var authorization = Request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : Request.Headers["X-Api-Key"].ToString();
    }

    private AuthenticateResult Refused(Refusal refusal)
    {
        _refusal = refusal;
        return AuthenticateResult.Fail(refusal.Code);
    }

    private AuthenticateResult Known(string id, string name, Role role)
    {
        Claim[] claims =
        [
            new(ClaimTypes.NameIdentifier, id),
            new(ClaimTypes.Name, name),
            new(ClaimTypes.Role, role.ToString().ToLowerInvariant()),
            new(Asker.AddressClaim, Context.Connection.RemoteIpAddress?.ToString() ?? ""),
        ];
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Name)), Name));
    }
}
