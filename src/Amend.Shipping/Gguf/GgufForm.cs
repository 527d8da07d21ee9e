using Amend.Models;
using Amend.Models.Sources.Gguf;
using Amend.Shipping.Exporting;
using Amend.Tensors;

namespace Amend.Shipping.Gguf;

/// <summary>How a model lies in a GGUF file: its own, or the one that llama.cpp's converter makes of its folder.</summary>
internal static class GgufForm
{
    /// <summary>How models of the family lie in GGUF files.</summary>
    /// <exception cref="AmendException">There are no such files.</exception>
    public static IGgufArchitecture ArchitectureOf(StoredModel model) => model.Family.Gguf ?? throw new AmendException(
        $"'{model.Source.Path}' is of the family '{model.Family.ModelType}', of which no GGUF files are read or written (known: "
        + $"{string.Join(", ", BuiltInFamilies.All.Where(family => family.Gguf is not null).Select(family => family.ModelType))}); "
        + "take the forms hf or lora.");

    /// <summary>The layout of a model.</summary>
    /// <exception cref="AmendException">There are no files of its family.</exception>
    public static GgufLayout LayoutOf(StoredModel model) => new(ArchitectureOf(model), model.Description.Configuration);

    /// <summary>Refuses a place that is taken, or whose name does not say what is there.</summary>
    /// <exception cref="AmendException">Something is there, or the name has another ending.</exception>
    public static void RequirePlace(string path)
    {
        if (Path.Exists(path))
            throw new AmendException($"'{path}' is there already; give a file that does not exist yet.");
        if (!path.EndsWith(GgufModel.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new AmendException(
                $"'{path}' does not end in {GgufModel.Extension}, by which such a file is known; give FILE{GgufModel.Extension}.");
        }
    }

    /// <summary>The keys that other programs pass over, and Amend and people read.</summary>
    public static IEnumerable<(string Key, object Value)> OwnKeys(ExportJob job) =>
    [
        ("amend.base_weights_hash", job.Edits.Edits[0].Record.BaseWeightsHash),
        ("amend.edits", (string[])[.. job.Edits.Ids]),
    ];
}
