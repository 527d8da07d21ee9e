using Microsoft.Playwright;

namespace Amend.Studio.Tests.Running;

/// <summary>A server with the studio, and the browser that looks at it; for the tests of a class.</summary>
public class Desk(Browser browser) : IAsyncLifetime
{
    public Studio Studio { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Browser.Path is not null)
            Studio = await StartAsync();
    }

    /// <summary>A page of the server, at a path; what it says on the console that is wrong fails the test that asks for it.</summary>
    public async Task<IPage> OpenAsync(string path, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Browser.Require();
        var page = await browser.OpenAsync(width, scheme);
        await page.GotoAsync(Studio.Url + path);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Browser.Path is not null)
            await Studio.DisposeAsync();
    }

    protected virtual Task<Studio> StartAsync() => Studio.StartAsync();
}
