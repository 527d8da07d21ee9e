using Amend.Studio.Tests.Running;
using Microsoft.Playwright;

namespace Amend.Studio.Tests;

/// <summary>Takes the pictures of docs/figures; run by name when pages have changed.</summary>
public sealed class PicturesTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Explicit = true)]
    public async Task Pictures_of_the_guide()
    {
        var folder = Environment.GetEnvironmentVariable("AMEND_PICTURES") ?? "docs/figures";
        var only = Environment.GetEnvironmentVariable("AMEND_PAGES")?.Split(',');
        await using var studio = await Running.Studio.StartAsync();
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (420, ColorScheme.Dark), (1280, ColorScheme.Dark), (420, ColorScheme.Light) })
        {
            var page = await browser.OpenAsync(width, scheme);
            page.Console += (_, message) => _ = message.Type is "info" ? 0 : Report(message.Text);
            page.PageError += (_, text) => Console.Error.WriteLine(text);
            foreach (var (name, path, ready) in Shown.Pages)
            {
                if (only is not null && !only.Contains(name))
                    continue;
                await page.GotoAsync(studio.Url + (width, scheme) switch { (1280, ColorScheme.Light) => path, _ => path.Replace("Rome", "Berlin") });
                await page.WaitForSelectorAsync(ready);
                if (name == "edit")
                {
                    await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
                    await page.WaitForSelectorAsync("#preview-title");
                }

                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"studio-{name}-{width}-{scheme}.png"), FullPage = true });
                if (name == "edit" && (width, scheme) == (1280, ColorScheme.Light))
                {
                    await page.GetByRole(AriaRole.Button, new() { Name = "Commit" }).ClickAsync();
                    await page.GetByText("See the history").WaitForAsync();
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "studio-kept.png"), FullPage = true });
                }
            }
        }
    }

    private static int Report(string text)
    {
        Console.Error.WriteLine(text);
        return 0;
    }
}
