using Amend.Editing.HyperNetworks.Files;
using Amend.Reports.Plots;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using Amend.Tracing.Results;

namespace Amend.Reports.Training;

/// <summary>Writes how a network's training went into a folder. Each file is written beside its place and renamed.</summary>
public static class NetworkFolder
{
    /// <summary>
    /// Writes <c>index.html</c>, <c>shares.png</c> and <c>.svg</c>, <c>loss.png</c> and <c>.svg</c> where the training has such figures,
    /// and the curve's points, <c>curve.jsonl</c>.
    /// </summary>
    /// <exception cref="Amend.Tensors.AmendException">The folder cannot be made or written to.</exception>
    public static void Write(string folder, NetworkDetails network)
    {
        OutputFolder.Make(folder);
        network.Curve.Write(Path.Combine(folder, TrainingCurve.FileName));
        Write(Path.Combine(folder, "shares"), TrainingFigures.Shares(network.Curve, $"{network.Id} on {network.Record.Model}"));
        Write(Path.Combine(folder, "loss"), TrainingFigures.Losses(network.Curve, $"{network.Id} on {network.Record.Model}"));
        AtomicFile.WriteAllText(Path.Combine(folder, "index.html"), NetworkPage.Of(network).ToString());
    }

    private static void Write(string path, PlotPicture? picture)
    {
        if (picture is null)
            return;
        AtomicFile.Write($"{path}.png", stream => stream.Write(picture.ToPng()));
        AtomicFile.WriteAllText($"{path}.svg", picture.ToSvg("curve"));
    }
}
