using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Amend.Studio.Tests.Running;

/// <summary>A server with the studio, and the browser that looks at it; for the tests of a class.</summary>
public class Desk(Browser browser) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _complaints = new();

    public Studio Studio { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Browser.Path is not null)
            Studio = await StartAsync();
    }

    /// <summary>What pages have said on their consoles that is wrong.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>A page of the server, at a path.</summary>
    public async Task<IPage> OpenAsync(string path, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Browser.Require();
        var page = await browser.OpenAsync(width, scheme);
        page.Console += (_, message) => Complain(message.Type is "error", message.Text);
        page.PageError += (_, text) => Complain(isWrong: true, text);
        await page.GotoAsync(Studio.Url + path);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Browser.Path is not null)
            await Studio.DisposeAsync();
    }

    private void Complain(bool isWrong, string text)
    {
        if (isWrong)
            _complaints.Enqueue(text);
    }

    protected virtual Task<Studio> StartAsync() => Studio.StartAsync();
}
