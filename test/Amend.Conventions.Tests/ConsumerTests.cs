using System.Text.Json;

namespace Amend.Conventions.Tests;

/// <summary>What a program that references one of the libraries gets with it, by the lists of dependencies that the build writes.</summary>
public sealed class ConsumerTests
{
    [Theory]
    [InlineData("Amend.Editing")]
    [InlineData("Amend.Evaluation")]
    [InlineData("Amend.Tracing")]
    [InlineData("Amend.Atlas")]
    public void Who_references_a_library_that_does_not_draw_gets_no_plotting(string library)
    {
        var carried = Carried(library);

        Assert.Contains("TorchSharp", carried);
        Breaches.None(carried.Where(name => name.StartsWith("ScottPlot", StringComparison.Ordinal) || name.Contains("Skia", StringComparison.Ordinal)));
    }

    [Fact]
    public void Who_draws_gets_it() => Assert.Contains("ScottPlot", Carried("Amend.Reports"));

    /// <summary>The library, its projects and packages, and what these need: a walk over the references that the build resolved.</summary>
    private static HashSet<string> Carried(string library)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Amend.Conventions.Tests.deps.json"));
        using var json = JsonDocument.Parse(file);
        var needs = json.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject().ToDictionary(
            target => target.Name.Split('/')[0],
            target => target.Value.TryGetProperty("dependencies", out var named) ? named.EnumerateObject().Select(one => one.Name).ToArray() : []);
        var found = new HashSet<string> { library };
        for (var next = found.ToArray(); next.Length > 0; next = [.. next.SelectMany(name => needs.GetValueOrDefault(name) ?? []).Where(found.Add)])
        {
        }

        return found;
    }
}
