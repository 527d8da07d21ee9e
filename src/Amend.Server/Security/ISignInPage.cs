using Microsoft.AspNetCore.Http;

namespace Amend.Server.Security;

/// <summary>What an endpoint for people says of itself: where somebody without a key is sent to enter one.</summary>
public interface ISignInPage
{
    /// <summary>The address for a request, which leads back to it.</summary>
    /// <param name="request">The request.</param>
    string AddressFor(HttpRequest request);
}
