using System.Text;
using System.Text.RegularExpressions;
using Amend.Studio.Tests.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Amend.Studio.Tests;

/// <summary>Work that takes its time: several facts at once, two states compared, an export, a run.</summary>
public sealed partial class WorkTests(EditedDesk desk) : IClassFixture<EditedDesk>
{
    private const int Tries = 20;
    private const int Moment = 400;

    [Fact]
    public async Task A_file_of_facts_is_previewed_and_discarded()
    {
        var page = await desk.OpenAsync("/edit?editor=memit");
        await page.GetByLabel("a file of facts").CheckAsync();
        const string Facts = """
            {"prompt": "{} is in", "subject": "The Grand Palais", "target_new": "Rome"}
            {"prompt": "{} is in", "subject": "The Louvre", "target_new": "Berlin"}
            """;
        // The field is drawn a moment before it listens.
        for (var tries = 0; tries < Tries && !await page.GetByText("2 facts").IsVisibleAsync(); tries++)
        {
            await page.Locator("input[type=file]").SetInputFilesAsync(
                new FilePayload { Name = "facts.jsonl", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(Facts) });
            await page.WaitForTimeoutAsync(Moment);
        }

        await Expect(page.GetByText("2 facts")).ToBeVisibleAsync();
        await Button(page, "Preview").ClickAsync();
        await Expect(page.GetByText("of 2 prompts give the new object")).ToBeVisibleAsync();
        var before = desk.Studio.Model.Head!.Fingerprint;
        await Button(page, "Discard").ClickAsync();

        await Expect(page.Locator("#preview-title")).ToHaveCountAsync(0);
        Assert.Equal(before, desk.Studio.Model.Head!.Fingerprint);
    }

    [Fact]
    public async Task Two_states_are_compared_and_edits_exported_where_a_gate_lets_them_pass()
    {
        var page = await desk.OpenAsync("/history");
        await Button(page, "Compare").ClickAsync();
        await Expect(page.Locator(".differs").First).ToHaveTextAsync("Rome");
        await page.ReloadAsync();
        await Expect(page.Locator(".differs").First).ToHaveTextAsync("Rome");

        await page.GetByLabel("Gate: what must hold first").FillAsync("plain: { prompts: 2 }");
        await Button(page, "Export").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        Assert.False(Directory.Exists(Path.Combine(desk.Studio.Home.Exports, "edits")));
        await page.GetByLabel("Gate: what must hold first").FillAsync("plain: { prompts: 0.5 }");
        await Button(page, "Export").ClickAsync();
        await Expect(page.GetByText("written", new() { Exact = true })).ToBeVisibleAsync();
        Assert.True(Directory.Exists(Path.Combine(desk.Studio.Home.Exports, "edits")));
    }

    [Fact]
    public async Task A_run_is_started_watched_and_compared_with_another()
    {
        var page = await desk.OpenAsync("/evaluate");
        await page.GetByLabel("Cases", new() { Exact = true }).FillAsync("8");
        await Button(page, "Start").ClickAsync();
        await Expect(page.GetByText("whole", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".report tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator(".report .interval").First).ToHaveAttributeAsync("d", Interval());

        var marks = page.GetByLabel("Compare run");
        await marks.Nth(0).CheckAsync();
        await Expect(page).ToHaveURLAsync(new Regex("compare="));
        await marks.Nth(1).CheckAsync();
        await Expect(page.GetByText("3 cases of both").First).ToBeVisibleAsync();
        Assert.Equal([], desk.Complaints);
    }

    private static ILocator Button(IPage page, string name) =>
        page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    [GeneratedRegex(@"^M[\d.]+ 4H[\d.]+$")]
    private static partial Regex Interval();
}
