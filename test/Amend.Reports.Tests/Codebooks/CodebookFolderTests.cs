using System.Text.Json;
using System.Xml.Linq;
using Amend.Editing;
using Amend.Editing.Codebooks;
using Amend.Editing.Sessions;
using Amend.Reports.Codebooks;

namespace Amend.Reports.Tests.Codebooks;

public sealed class CodebookFolderTests
{
    private static readonly CodebookMap Map = new(
        "h.4.mlp.c_proj.weight",
        KeyDistance.Euclidean,
        [
            new MappedEntry(1, "a1", "France", new MapPlace(0, 0), 1),
            new MappedEntry(2, "b2", "Canada", new MapPlace(4, 1), 0.5),
        ],
        [
            new MappedPrompt("Paris is in", AskedKind.Prompt, new MapPlace(0, 0), 1, 0, Fires: true),
            new MappedPrompt("Where is <Paris>?", AskedKind.Paraphrase, new MapPlace(2, 2), 1, 3.5, Fires: false),
            new MappedPrompt("Bern is in", AskedKind.Neighbor, new MapPlace(3, -2), 2, 4, Fires: false),
        ])
    {
        Shown = 0.42,
    };

    [Fact]
    public void A_codebooks_folder_holds_its_picture_its_numbers_and_a_page_that_needs_nothing_else()
    {
        using var folder = new TempFolder();

        CodebookFolder.Write(folder.File("out"), Map);

        Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(folder.File("out/codebook.png")).Take(4));
        var drawn = string.Join('|', XDocument.Load(folder.File("out/codebook.svg")).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value));
        Assert.All(["A codebook of 2 entries: 1 of 3 prompts fire", "France", "Canada", "edited, fires", "paraphrase, silent", "neighbor, silent"], text => Assert.Contains(text, drawn, StringComparison.Ordinal));
        Assert.DoesNotContain("neighbor, fires", drawn, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("out/codebook.json")));
        Assert.Equal("paraphrase", json.RootElement.GetProperty("prompts")[1].GetProperty("kind").GetString());
        Assert.Equal(0.5, json.RootElement.GetProperty("entries")[1].GetProperty("radius").GetDouble());
        var page = File.ReadAllText(folder.File("out/index.html"));
        Assert.Contains("The plane shows 42", page, StringComparison.Ordinal);
        Assert.Contains("Where is &lt;Paris&gt;?", page, StringComparison.Ordinal);
        Assert.Contains("paraphrase: entry 1, France, at distance 3.5, silent", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_is_as_wide_as_high()
    {
        using var folder = new TempFolder();

        CodebookFolder.Write(folder.File("out"), Map);

        var ellipses = XDocument.Load(folder.File("out/codebook.svg")).Descendants().Where(element => element.Name.LocalName is "ellipse" or "circle").ToList();
        Assert.NotEmpty(ellipses);
        Assert.All(ellipses.Where(element => element.Name.LocalName == "ellipse"), element => Assert.Equal((double)element.Attribute("rx")!, (double)element.Attribute("ry")!, 0.01));
    }
}
