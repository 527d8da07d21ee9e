using Amend.Models.Hub;
using Amend.Models.Sources;
using Amend.Models.Sources.Gguf;
using Amend.Tensors;

namespace Amend.Models;

/// <summary>
/// Finds a model by what the command line calls it: an embedded model's name, a cached one's, one of the hub, a folder, a GGUF file, or
/// one of these under an overlay, <c>BASE+OVERLAY</c>.
/// </summary>
public sealed class ModelLocator
{
    private readonly IReadOnlyList<string> _roots;

    /// <summary>Creates a locator.</summary>
    /// <param name="roots">Folders that hold a folder a model, the first found wins; the embedded models' by default.</param>
    public ModelLocator(params IReadOnlyList<string> roots) => _roots = roots.Count > 0 ? roots : [EmbeddedFolder];

    /// <summary>Where models of the hub, <c>hf:OWNER/NAME</c>, are kept and downloaded to; null where they are refused.</summary>
    public HubStore? Hub { get; init; }

    /// <summary>The folder of the models that this build embeds.</summary>
    public static string EmbeddedFolder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The known models: name and folder or file, those of the first root first, those of the hub last.</summary>
    public IReadOnlyList<(string Name, string Folder)> Known =>
    [
        .. _roots.Where(Directory.Exists)
            .SelectMany(root => Directory.GetDirectories(root).Order(StringComparer.Ordinal))
            .Where(ModelFolder.IsAt)
            .Select(folder => (Path.GetFileName(folder), folder))
            .DistinctBy(model => model.Item1),
        .. Hub?.Known ?? [],
    ];

    /// <summary>The path of a model, see <see cref="ModelSource.At"/>; one of the hub is downloaded where it is not there yet.</summary>
    /// <exception cref="AmendException">Neither a known model nor a folder or file of one, or the download failed.</exception>
    public string Find(string model)
    {
        if (model.StartsWith(HubName.Prefix, StringComparison.Ordinal))
        {
            return Hub?.Find(HubName.Parse(model))
                ?? throw new AmendException(
                    $"'{model}' is a model of the hub, and nothing is to be downloaded here; give its folder or file.");
        }

        if (Known.FirstOrDefault(known => known.Name == model) is { Folder: { } folder })
            return folder;
        if (ModelFolder.IsAt(model) || GgufModel.IsAt(model))
            return Path.GetFullPath(model);
        if (FindOverlaid(model) is { } overlaid)
            return overlaid;
        return GgufModel.In(model) switch
        {
            [var only] => Path.GetFullPath(only),
            [_, _, ..] several => throw new AmendException(
                $"'{model}' has no config.json but {several.Count} GGUF files; give one of them: {Listed(several)}."),
            _ => throw new AmendException(Directory.Exists(model)
                ? ModelFolder.Refusal(model)
                : $"There is no model '{model}'; give a folder in Hugging Face form, a .gguf file, or one of: "
                + $"{string.Join(", ", Known.Select(k => k.Name))}."),
        };
    }

    /// <summary>Where a model is that may be broken: as <see cref="Find"/>, and any folder that is no folder of GGUF files.</summary>
    /// <exception cref="AmendException">Neither a known model nor a folder or file, or the download failed.</exception>
    public string Locate(string model) =>
        Directory.Exists(model) && (ModelFolder.IsAt(model) || GgufModel.In(model).Count == 0) ? model : Find(model);

    private string? FindOverlaid(string model)
    {
        var found = OverlaidModel.Split(model)
            .Select(two => (two.Under, Overlay: Known.FirstOrDefault(known => known.Name == two.Overlay).Folder ?? two.Overlay))
            .FirstOrDefault(two => OverlaidModel.IsOverlay(two.Overlay));
        return found.Under is null ? null : OverlaidModel.Join(Find(found.Under), Path.GetFullPath(found.Overlay));
    }

    private static string Listed(IReadOnlyList<string> paths)
    {
        const int MostShown = 5;
        var more = paths.Count > MostShown ? $" and {paths.Count - MostShown} more" : "";
        return string.Join(", ", paths.Take(MostShown).Select(path => $"'{path}'")) + more;
    }
}
