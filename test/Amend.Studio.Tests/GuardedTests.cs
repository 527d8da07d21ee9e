using Amend.Editing.Governance;
using Amend.Studio.Tests.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Amend.Studio.Tests;

/// <summary>A model behind a guard: a preview says its verdict, and what it refuses cannot be kept.</summary>
public sealed class GuardedTests(GuardedDesk desk) : IClassFixture<GuardedDesk>
{
    [Fact]
    public async Task What_the_guard_refuses_is_previewed_with_its_reason_and_not_kept()
    {
        var page = await desk.OpenAsync("/edit?subject=The%20Eiffel%20Tower&target=Rome");
        await Button(page, "Preview").ClickAsync();

        await Expect(page.GetByText("the relative norm of this write is")).ToBeVisibleAsync();
        await Expect(page.GetByText("follows").First).ToBeVisibleAsync();
        await Expect(Button(page, "Commit")).ToBeDisabledAsync();
        Assert.Empty(desk.Studio.Model.Head!.Edits);
    }

    [Fact]
    public async Task A_codebooks_entry_passes_the_guard_and_is_shown_with_what_it_is()
    {
        var page = await desk.OpenAsync("/edit?subject=The%20Louvre&target=Berlin&editor=grace");
        await Button(page, "Preview").ClickAsync();
        await Expect(page.GetByText("The guard lets it pass")).ToBeVisibleAsync();
        await Button(page, "Commit").ClickAsync();
        await page.GetByText("See the history").ClickAsync();
        await page.Locator(".timeline a").First.ClickAsync();

        await Expect(page.GetByText("entry 1 of 1")).ToBeVisibleAsync();
        await Button(page, "Take back").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Expect(page.GetByText("equal, bit for bit")).ToBeVisibleAsync();
        Assert.Empty(desk.Studio.Model.Head!.Edits);
    }

    private static ILocator Button(IPage page, string name) =>
        page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}

/// <summary>A desk whose guard lets nothing be written into a matrix.</summary>
public sealed class GuardedDesk(Browser browser) : Desk(browser)
{
    protected override Task<Running.Studio> StartAsync() => Running.Studio.StartAsync(guard: new GuardLimits { Write = 0.001 });
}
