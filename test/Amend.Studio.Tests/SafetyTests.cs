using System.Net;
using Amend.Server.Security;
using Amend.Studio.Tests.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Amend.Studio.Tests;

/// <summary>What others wrote is shown and never run, and what a key may not do is not done.</summary>
public sealed class SafetyTests(Desk desk, Browser browser) : IClassFixture<Desk>
{
    private const string Script = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">";

    [Fact]
    public async Task A_script_in_a_prompt_or_a_subject_is_shown_as_text()
    {
        var page = await desk.OpenAsync("/ask?prompt=" + Uri.EscapeDataString(Script));
        await Expect(page.Locator(".said").First).ToContainTextAsync(Script);
        using (var client = new HttpClient { BaseAddress = new Uri(desk.Studio.Url) })
        {
            var fact = EditedDesk.Fact("{} is in " + Script, "The Eiffel Tower", "Rome");
            await EditedDesk.WorkAsync(client, "edits", new { facts = new[] { fact }, editor = "ft" });
        }

        await page.GotoAsync(desk.Studio.Url + "/history");
        await page.Locator(".timeline a").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { NameString = "Edit " })).ToContainTextAsync(Script);
        await page.GotoAsync(desk.Studio.Url + "/edit?target=Rome&subject=" + Uri.EscapeDataString(Script));
        await page.Locator("form .mud-button-filled:not([disabled])").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Or(page.Locator("#preview-title")).First).ToBeVisibleAsync();

        Assert.NotEqual("run", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("img").CountAsync());
        var answer = await page.GotoAsync(desk.Studio.Url + "/");
        var policy = answer!.Headers["content-security-policy"];
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", answer.Headers["x-frame-options"]);
        Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
    }

    [Fact]
    public async Task A_key_is_asked_for_and_its_role_bounds_what_can_be_done()
    {
        Browser.Require();
        var (ask, edit) = ("", "");
        await using var studio = await Running.Studio.StartAsync(home =>
        {
            var keys = new KeyRing(home);
            (ask, edit) = (keys.Add("reader", Role.Ask).Key, keys.Add("writer", Role.Edit).Key);
        });
        var page = await browser.OpenAsync();
        await page.GotoAsync(studio.Url + "/edit?target=Rome&subject=The%20Eiffel%20Tower");
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
        await SignInAsync(page, "amend.00.wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("none of this server");

        await SignInAsync(page, ask);
        await Expect(page.GetByText("This needs a key with the role")).ToBeVisibleAsync();
        var cookie = (await page.Context.CookiesAsync()).Single(one => one.Name == "amend-sign-in");
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
        Assert.DoesNotContain(ask, cookie.Value, StringComparison.Ordinal);

        await page.GotoAsync(studio.Url + "/sign-in?to=%2Fedit%3Ftarget%3DRome%26subject%3DThe%2BEiffel%2BTower");
        await SignInAsync(page, edit);
        var preview = page.Locator("form .mud-button-filled:not([disabled])");
        await Expect(preview).ToBeVisibleAsync();
        var ring = new KeyRing(studio.Home);
        ring.Remove("writer");
        ring.Add("writer", Role.Admin); // Another key of the name is another key.
        await ClickWhereThereAsync(preview);
        await Expect(page.GetByText("This needs a key with the role")).ToBeVisibleAsync();
        await Expect(page.Locator("#preview-title")).ToHaveCountAsync(0);
    }

    /// <summary>Clicks, unless the page notices first that the key is gone: each drawing asks again.</summary>
    private static async Task ClickWhereThereAsync(ILocator button)
    {
        try
        {
            await button.ClickAsync(new LocatorClickOptions { Timeout = 5000 });
        }
        catch (TimeoutException)
        {
            await Expect(button).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task A_page_without_a_key_leads_to_the_sign_in_and_no_further()
    {
        await using var studio = await Running.Studio.StartAsync(home => new KeyRing(home).Add("reader", Role.Ask));
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(studio.Url) };

        var opened = await client.GetAsync("/history?at=base");
        var joined = await client.PostAsync("/_blazor/negotiate?negotiateVersion=1", content: null);
        var led = await client.PostAsync("/sign-in/key", new FormUrlEncodedContent(
            new Dictionary<string, string> { ["key"] = "x", ["to"] = "//elsewhere.example" }));

        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        Assert.Equal("/sign-in?to=%2Fhistory%3Fat%3Dbase", opened.Headers.Location!.ToString());
        Assert.NotEqual(HttpStatusCode.OK, joined.StatusCode);
        Assert.DoesNotContain("elsewhere", led.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("navigate", "document", HttpStatusCode.OK)]
    [InlineData("navigate", "iframe", HttpStatusCode.Forbidden)]
    [InlineData("no-cors", "script", HttpStatusCode.Forbidden)]
    public async Task A_link_of_another_page_opens_one_and_nothing_else_of_it_is_answered(string mode, string destination, HttpStatusCode status)
    {
        await using var studio = await Running.Studio.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, studio.Url + "/ask?prompt=Hello");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Sec-Fetch-Mode", mode);
        request.Headers.Add("Sec-Fetch-Dest", destination);

        using var answer = await client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task SignInAsync(IPage page, string key)
    {
        await page.GetByLabel("Key").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
