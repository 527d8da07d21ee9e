using Microsoft.Playwright;

namespace Amend.Studio.Tests.Running;

/// <summary>The system's Chromium, driven by Playwright; nothing is installed.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>How long is waited for what a page is to show, in milliseconds.</summary>
    private const int Patience = 60_000;

    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string? Path { get; } = Environment.GetEnvironmentVariable("AMEND_BROWSER") ?? Array.Find(Places, File.Exists);

    /// <summary>Skips a test where there is no browser, with a sentence that says how it would run.</summary>
    public static void Require() => Assert.SkipWhen(
        Path is null, "There is no Chromium here; eng/test-services.sh installs it, or AMEND_BROWSER names one.");

    public async ValueTask InitializeAsync()
    {
        if (Path is null)
            return;
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        // In a container the processes of a browser have no sandbox of their own to be put in.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox"] });
    }

    /// <summary>A page with nothing kept from others.</summary>
    public async Task<IPage> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Require();
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = width < 600 ? 900 : 860 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}
