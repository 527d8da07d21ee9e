using System.Globalization;
using System.Text.Json;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Reports.Pages;
using Amend.Reports.Plots;
using Amend.Tensors.Files;
using Amend.Tracing.Results;

namespace Amend.Reports.Codebooks;

/// <summary>Writes the map of a codebook into a folder. Each file is written beside its place and renamed.</summary>
public static class CodebookFolder
{
    /// <summary>Writes <c>codebook.png</c> and <c>.svg</c>, their numbers, <c>codebook.json</c>, and a page, <c>index.html</c>.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The folder cannot be made or written to.</exception>
    public static void Write(string folder, CodebookMap map)
    {
        OutputFolder.Make(folder);
        var picture = CodebookFigures.Draw(map);
        var whole = new PictureGrid([(Title(map), picture)], 1, CodebookFigures.Legend(map));
        AtomicFile.Write(Path.Combine(folder, "codebook.png"), stream => stream.Write(whole.ToPng()));
        AtomicFile.WriteAllText(Path.Combine(folder, "codebook.svg"), whole.ToSvg("codebook"));
        AtomicFile.Write(Path.Combine(folder, "codebook.json"), stream => JsonSerializer.Serialize(stream, map, EditJson.Options));
        AtomicFile.WriteAllText(Path.Combine(folder, "index.html"), Page(map, picture).ToString());
    }

    private static HtmlPage Page(CodebookMap map, PlotPicture picture)
    {
        var page = new HtmlPage(Title(map), $"Keys at {map.Weight}");
        page.Paragraph(
            $"The plane shows {map.Shown.ToString("P0", CultureInfo.InvariantCulture)} of how keys and prompts differ. Distances in "
            + "it are at most those in the layer's own space: a prompt that fires lies within its entry's circle, and one that lies there "
            + "need not fire.");
        page.Figures(
        [
            new PageFigure("Keys, radii and prompts", picture)
            {
                Note = string.Join("; ", CodebookFigures.Legend(map).Select(mark => $"{mark.Mark} {mark.Meaning}")),
            },
        ]);
        page.Heading("Prompts");
        page.Facts(map.Prompts.Select(prompt => (
            prompt.Text,
            $"{prompt.Kind.ToString().ToLowerInvariant()}: entry {prompt.Nearest}, "
            + $"{map.Entries.First(entry => entry.Number == prompt.Nearest).Label}, {Where(prompt)}")));
        return page;
    }

    private static string Where(MappedPrompt prompt) => prompt.Place is null
        ? "fires at the text's first token, which has keys of its own that are not drawn"
        : $"at distance {prompt.Distance.ToString("G4", CultureInfo.InvariantCulture)}, {(prompt.Fires ? "fires" : "silent")}";

    private static string Title(CodebookMap map) =>
        $"A codebook of {map.Entries.DistinctBy(entry => entry.Number).Count()} entries: "
        + $"{map.Prompts.Count(prompt => prompt.Fires)} of {map.Prompts.Count} prompts fire";
}
