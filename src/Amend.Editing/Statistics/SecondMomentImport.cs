using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Statistics;

namespace Amend.Editing.Statistics;

/// <summary>
/// Takes over statistics that the authors of ROME published. Such a file says neither of which model nor of which layer it is:
/// whoever imports it says so, only the width can be checked, and the file keeps where it came from.
/// </summary>
public static class SecondMomentImport
{
    /// <summary>Imports an npz file.</summary>
    /// <param name="npz">The file, with <c>mom2.count</c> and <c>mom2.mom2</c>.</param>
    /// <param name="model">The model that it is of.</param>
    /// <param name="layer">The layer that it is of.</param>
    /// <param name="path">The statistics file to make.</param>
    /// <returns>The number of tokens in it.</returns>
    /// <exception cref="AmendException">
    /// The file is none of that form or of another width, the layer is not there, or the new file is there already or cannot be written.
    /// </exception>
    public static long Run(string npz, LanguageModel model, int layer, string path)
    {
        model.RequireDecoder("The second moment of ROME's keys");
        if (layer < 0 || layer >= model.Shape.Layers)
            throw new AmendException($"Layer {layer} was asked; '{model.Name}' has layers 0 to {model.Shape.Layers - 1}.");
        if (File.Exists(path))
            throw new AmendException($"There are already statistics in '{path}'; delete that file, or name another with --out.");
        using var moment = SecondMoment.LoadNpz(npz);
        if (moment.Width != model.Transformer.DownProjection(layer).Value.shape[1])
        {
            throw new AmendException(
                $"'{npz}' has keys of width {moment.Width}, but those of '{model.Name}' have {model.Shape.MlpWidth}; "
                + "give the file of this model.");
        }

        var notes = new SecondMomentNotes
        {
            WeightsHash = model.CheckpointHash,
            Layer = layer,
            Model = model.Name,
            Origin = Path.GetFileName(npz),
            OriginHash = ContentHash.ReadFile(npz),
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        moment.Save(path, notes.ToMetadata());
        return moment.Count;
    }
}
