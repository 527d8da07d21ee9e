using Amend.Server.Security;
using Amend.Studio.Layout;
using Microsoft.AspNetCore.Http;

namespace Amend.Studio.Access;

/// <summary>Sends whoever opens a page without a key to where one is entered.</summary>
internal sealed class StudioSignIn : ISignInPage
{
    /// <inheritdoc/>
    public string AddressFor(HttpRequest request) => Links.To(SignInEndpoints.Page, ("to", request.Path + request.QueryString));
}
