using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Amend.Studio.Assets;

/// <summary>
/// Opens a page as soon as the server listens, for nobody: the first one costs a second of compiling and compressing, which a visitor is
/// not to wait for. Where it cannot be opened the visitor's is the first.
/// </summary>
internal static class FirstPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Has it opened once the server has started.</summary>
    public static void OpenWhenStarted(WebApplication app)
    {
        _ = Task.Run(() => app.Services.GetRequiredService<StudioAssets>());
        app.Lifetime.ApplicationStarted.Register(() => _ = Task.Run(() => OpenAsync(app)));
    }

    private static async Task OpenAsync(WebApplication app)
    {
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            var address = new UriBuilder(app.Urls.First().Replace("*", "localhost").Replace("+", "localhost"));
            if (address.Host is "0.0.0.0" or "[::]")
                address.Host = "localhost";
            using var answer = await client.GetAsync(address.Uri, app.Lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is HttpRequestException or OperationCanceledException or UriFormatException or InvalidOperationException)
        {
            // Nobody waits for this page.
        }
    }
}
