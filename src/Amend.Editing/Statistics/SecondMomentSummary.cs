using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Statistics;

namespace Amend.Editing.Statistics;

/// <summary>What a statistics file holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">The keys' width, <c>F</c>.</param>
/// <param name="Tokens">The keys in the sum.</param>
/// <param name="Notes">What the file says of itself.</param>
/// <param name="Spectrum">The eigenvalues of C = sum / tokens; null where they were not computed.</param>
public sealed record SecondMomentSummary(string Path, long Width, long Tokens, SecondMomentNotes Notes, Spectrum? Spectrum)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The statistics file.</param>
    /// <param name="mostWidth">The greatest width whose eigenvalues are computed, which takes time of its third power.</param>
    /// <exception cref="AmendException">The file is missing, broken or not a second moment.</exception>
    public static SecondMomentSummary Read(string path, long mostWidth = long.MaxValue)
    {
        using var moment = SecondMoment.Load(path);
        var spectrum = moment.Width <= mostWidth ? SpectrumOf(moment) : null;
        return new SecondMomentSummary(path, moment.Width, moment.Count, SecondMomentNotes.Of(moment), spectrum);
    }

    /// <summary>Whether the statistics are of a layer of a model's weights, in whatever type they are loaded.</summary>
    public bool IsOf(LanguageModel model, int layer) => Notes.Misfit(Width, model, layer, Path) is null;

    private static Spectrum? SpectrumOf(SecondMoment moment)
    {
        if (moment.Count == 0)
            return null;
        using var mean = moment.WholeMean();
        return Spectrum.Of(mean);
    }
}
