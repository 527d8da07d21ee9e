using Amend.Studio.Tests.Running;
using Microsoft.Playwright;

namespace Amend.Studio.Tests;

/// <summary>
/// Takes the pictures of docs/figures, into the folder AMEND_PICTURES; run by name when pages have changed, and looked at. Says what a
/// page takes to be drawn, too.
/// </summary>
public sealed class PicturesTests(EditedDesk desk) : IClassFixture<EditedDesk>
{
    [Theory(Explicit = true)]
    [MemberData(nameof(Shown.Pages), MemberType = typeof(Shown))]
    public async Task Pictures_of_pages(string name, string path, string ready)
    {
        var folder = Environment.GetEnvironmentVariable("AMEND_PICTURES") ?? throw new InvalidOperationException("Set AMEND_PICTURES to a folder.");
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (420, ColorScheme.Light), (420, ColorScheme.Dark) })
        {
            var page = await desk.OpenAsync(name == "edit" ? path.Replace("Rome", "Madrid") : path, width, scheme);
            await page.WaitForSelectorAsync(ready);
            if (name == "edit")
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
                await page.WaitForSelectorAsync("#preview-title");
            }
            else if (name == "history")
            {
                await page.Locator(".timeline a").First.ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
                await page.WaitForSelectorAsync(".differs");
            }
            else if (name == "evaluate")
            {
                await page.Locator(".table a").First.ClickAsync();
                await page.WaitForSelectorAsync(".report");
            }

            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"studio-{name}-{width}-{scheme}.png"), FullPage = true });
            await page.ReloadAsync();
            await page.WaitForSelectorAsync(ready);
            var painted = await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");
            Console.Error.WriteLine($"{name} {width}: first paint after {painted:F0} ms");
            await page.Context.CloseAsync();
        }
    }
}
