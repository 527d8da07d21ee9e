using Amend.Studio.Tests.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Amend.Studio.Tests;

/// <summary>The way of somebody who corrects a fact: ask, trace, choose a place, preview, commit, ask again, take back.</summary>
public sealed class WholeWayTests(Desk desk) : IClassFixture<Desk>
{
    private const string Paraphrase = "The Eiffel Tower attracts visitors from everywhere to the city of";

    [Fact]
    public async Task A_fact_is_found_changed_seen_and_taken_back_to_the_same_weights()
    {
        var page = await desk.OpenAsync("/");
        await page.GetByLabel("Prompt").FillAsync("The Eiffel Tower is in");
        await Button(page, "Ask").ClickAsync();
        await Expect(page.Locator(".said").First).ToContainTextAsync("Paris");

        await page.GetByRole(AriaRole.Link, new() { Name = "Trace" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Trace" })).ToBeVisibleAsync();
        await page.GetByLabel("Prompt").FillAsync("The Eiffel Tower is in");
        await page.GetByLabel("Subject, as it stands there").FillAsync("The Eiffel Tower");
        await Button(page, "Trace").ClickAsync();
        var cell = page.Locator("[data-cell='mlp.4.0']");
        await Expect(cell.Locator("title")).ToContainTextAsync("“Tower”, layer 0");
        await cell.ClickAsync();
        await Expect(page.Locator("#cell-title")).ToContainTextAsync("layer 0");
        Assert.Contains("cell=mlp.4.0", page.Url, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit here, layer 0" }).ClickAsync();
        await Expect(page.GetByLabel("Prompt, with {} for the subject")).ToHaveValueAsync("{} is in");
        await Expect(page.GetByLabel("Layer", new() { Exact = true })).ToHaveValueAsync("0");
        await page.GetByLabel("New object").FillAsync("Rome");
        await Button(page, "Preview").ClickAsync();
        var paraphrases = page.GetByRole(AriaRole.Table, new() { Name = "Paraphrases, which should follow" });
        await Expect(paraphrases.GetByText("follows").First).ToBeVisibleAsync();
        Assert.Empty(desk.Studio.Model.Head!.Edits);
        await Button(page, "Commit").ClickAsync();
        await Expect(page.GetByText("See the history")).ToBeVisibleAsync();
        Assert.Single(desk.Studio.Model.Head!.Edits);

        await page.GotoAsync(desk.Studio.Url + "/ask?prompt=" + Uri.EscapeDataString(Paraphrase));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Now" }).Locator("mark").First).ToContainTextAsync("Rome");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Base" }).Locator(".said")).ToContainTextAsync("Paris");

        await page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "The Eiffel Tower: Paris → Rome" }).ClickAsync();
        await Button(page, "Hash the weights").ClickAsync();
        await Expect(page.Locator("#hash-now")).Not.ToHaveTextAsync(await page.Locator("#hash-base").TextContentAsync() ?? "");
        await Button(page, "Take back").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Expect(page.GetByText("equal, bit for bit")).ToBeVisibleAsync();
        Assert.Equal(await page.Locator("#hash-base").TextContentAsync(), await page.Locator("#hash-now").TextContentAsync());
        Assert.Empty(desk.Studio.Model.Head!.Edits);

        var noted = await File.ReadAllLinesAsync(Path.Combine(desk.Studio.Home.Server, "audit.jsonl"));
        Assert.Contains(noted, line => line.Contains("\"commit\"", StringComparison.Ordinal) && line.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.Contains(noted, line => line.Contains("\"revert\"", StringComparison.Ordinal));
        Assert.Equal([], desk.Complaints);
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
