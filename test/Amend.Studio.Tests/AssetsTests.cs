using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Amend.Studio.Tests;

/// <summary>What pages load comes from the server's own assembly, compressed, and is kept by a browser for as long as it is the same.</summary>
public sealed partial class AssetsTests
{
    private const int MostOfPage = 400_000;

    [Fact]
    public async Task Everything_a_page_names_is_there_compressed_and_kept()
    {
        await using var studio = await Running.Studio.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(studio.Url) };
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        var page = await client.GetStringAsync("/");
        string[] names = [.. Named().Matches(page).Select(match => match.Groups[1].Value).Where(name => name.StartsWith('/')).Distinct()];
        var weight = page.Length;

        foreach (var name in names.Where(name => name.StartsWith("/_studio/", StringComparison.Ordinal)))
        {
            var answer = await client.GetAsync(name);
            Assert.True(answer.IsSuccessStatusCode, name);
            Assert.Equal("br", answer.Content.Headers.ContentEncoding.Single());
            Assert.True(answer.Headers.CacheControl!.Extensions.Any(one => one.Name == "immutable"), name);
            weight += (await answer.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.Equal(5, names.Count(name => name.StartsWith("/_studio/", StringComparison.Ordinal)));
        Assert.DoesNotContain("http", string.Concat(names), StringComparison.Ordinal);
        Assert.InRange(weight, 1, MostOfPage);
        TestContext.Current.SendDiagnosticMessage("A page and all that it loads has {0} bytes.", weight);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Named();
}
