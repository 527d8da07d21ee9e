using Amend.Studio.Tests.Running;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Amend.Studio.Tests;

/// <summary>Each page with something shown, wide and narrow, light and dark: for who cannot see or point, and on a telephone.</summary>
public sealed class LooksTests(EditedDesk desk) : IClassFixture<EditedDesk>
{
    private static readonly string[] Grave = ["serious", "critical"];

    [Theory]
    [MemberData(nameof(Shown.Pages), MemberType = typeof(Shown))]
    public async Task Axe_finds_nothing_serious_and_a_telephone_need_not_scroll_aside(string name, string path, string ready)
    {
        var page = await desk.OpenAsync(path);
        await page.WaitForSelectorAsync(ready);
        if (name == "edit")
        {
            await page.GetByText("Settings of rome").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
            await page.WaitForSelectorAsync("#preview-title, [role=alert]");
        }

        if (name == "evaluate")
        {
            await page.Locator(".table a").First.ClickAsync();
            await page.WaitForSelectorAsync(".report");
        }

        Assert.Equal([], await FoundAsync(page));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Assertions.Expect(page.Locator("html[data-scheme=dark]")).ToHaveCountAsync(1);
        Assert.Equal([], await FoundAsync(page));
        await page.SetViewportSizeAsync(420, 900);
        Assert.Equal([], await FoundAsync(page));
        Assert.Equal([], desk.Complaints);
        Assert.Equal(420, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task The_switch_turns_the_scheme_and_is_remembered()
    {
        var page = await desk.OpenAsync("/history");
        await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
        await page.ReloadAsync();

        Assert.Equal("dark", await page.EvaluateAsync<string>("document.documentElement.dataset.scheme"));
    }

    [Fact]
    public async Task A_heat_map_is_walked_with_the_keyboard()
    {
        var page = await desk.OpenAsync("/trace?prompt=The%20Eiffel%20Tower%20is%20in&subject=The%20Eiffel%20Tower&kinds=three");
        var map = page.GetByRole(AriaRole.Group, new() { NameString = "Heat map of the MLP" });
        await map.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator(".heat-said").Nth(1)).ToContainTextAsync("“Tower”, layer 1:");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("#cell-title")).ToContainTextAsync("“Tower”, layer 1");
    }

    private static async Task<IReadOnlyList<string>> FoundAsync(IPage page)
    {
        var result = await page.RunAxe();
        return
        [
            .. result.Violations.Where(found => Grave.Contains(found.Impact)).Select(found =>
                $"{found.Id}: {found.Help} {string.Join(" | ", found.Nodes.Select(node => node.Html))}"),
        ];
    }
}
