using Amend.Editing.Editors.Rome;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;

namespace Amend.Atlas.Tour;

/// <summary>Where the tour edits a model: one layer that is known to be right for it, or several to try in turn.</summary>
/// <param name="Source">Why these.</param>
/// <param name="Layers">The layers, from 0, in the order in which they are tried; at least one.</param>
public sealed record TourLayers(TourLayerSource Source, IReadOnlyList<int> Layers)
{
    /// <summary>
    /// Shares of a model's depth, the likeliest first: ROME's published presets lie from 5 of 32 layers (Llama 2) to 17 of 48 (GPT-2 XL).
    /// </summary>
    private static readonly double[] Depths = [0.2, 0.35, 0.1];

    /// <summary>The preset's layer, else the one that was chosen in the home, else some of the lower half.</summary>
    /// <exception cref="Tensors.AmendException">The home's choice cannot be read.</exception>
    public static TourLayers For(LanguageModel model, AmendHome home)
    {
        if (new RomeEditor().Preset(model.ModelType, model.Shape).Layers is [var preset])
            return new TourLayers(TourLayerSource.Preset, [preset]);
        return LayerChoice.Find(home.Layers, model) is { } choice
            ? new TourLayers(TourLayerSource.Chosen, [choice.Layer])
            : ToTry(model.Shape.Layers);
    }

    /// <summary>Layers to try in a model of so many.</summary>
    internal static TourLayers ToTry(int layers) =>
        new(TourLayerSource.Tried, [.. Depths.Select(depth => (int)(depth * layers)).Distinct()]);
}

/// <summary>Why the tour edits at a layer.</summary>
public enum TourLayerSource
{
    /// <summary>ROME's preset for a model of this family and size names it.</summary>
    Preset,

    /// <summary>It was chosen for these weights, by tracing or by a sweep (<c>amend trace</c>).</summary>
    Chosen,

    /// <summary>Layers were tried in turn until the edit held.</summary>
    Tried,
}
