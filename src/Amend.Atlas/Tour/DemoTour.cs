using System.Diagnostics;
using Amend.Atlas.Facts;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Models;

namespace Amend.Atlas.Tour;

/// <summary>The tour of <c>amend demo</c>: ask, edit, check, take back, in memory; nothing is written.</summary>
public static class DemoTour
{
    /// <summary>What the tour of the embedded model changes.</summary>
    public static EditRequest Request { get; } = new("{} is in", "The Eiffel Tower", "Rome");

    /// <summary>Runs the tour on the embedded model.</summary>
    /// <param name="load">Loads the model, which the tour disposes.</param>
    /// <param name="world">The embedded world.</param>
    /// <param name="context">What the editor is given.</param>
    public static DemoReport Run(Func<LanguageModel> load, AtlasWorld world, EditContext context)
    {
        var clock = Stopwatch.StartNew();
        using var model = load();
        var layers = new RomeEditor().Preset(model.ModelType, model.Shape).Layers;
        using var statistics = new SecondMomentLibrary();
        return Take(model, clock, () => TourEdit.Make(model, WorldKnowledge.Complete(world, Request), layers, context, statistics));
    }

    /// <summary>Runs the tour on any causal decoder, with a fact that it is found to know.</summary>
    /// <param name="load">Loads the model, which the tour disposes.</param>
    /// <param name="home">Where statistics and a chosen layer are looked for.</param>
    /// <param name="context">What the editor is given, but for layer and statistics, which the tour chooses.</param>
    /// <exception cref="Tensors.AmendException">The model is no causal decoder, or answers none of the tour's facts rightly.</exception>
    public static DemoReport RunOn(Func<LanguageModel> load, AmendHome home, EditContext context)
    {
        var clock = Stopwatch.StartNew();
        using var model = load();
        var (request, asked) = TourFacts.FindKnown(model);
        var layers = TourLayers.For(model, home);
        using var statistics = new SecondMomentLibrary(home);
        var report = Take(model, clock, () => TourEdit.Make(model, request, layers.Layers, context, statistics));
        return report with { Choice = new TourChoice(TourFacts.All.Count, asked, layers) };
    }

    private static DemoReport Take(LanguageModel model, Stopwatch clock, Func<TourEdit> make)
    {
        using var edit = make();
        var editedHash = model.Weights.Hash();
        edit.Result.Revert();
        var revertedHash = model.Weights.Hash();
        var record = edit.Result.Edits[0].Record;
        return new DemoReport(
            model.Name, record.Request, edit.Check, record, model.BaseHash, editedHash, revertedHash, clock.Elapsed.TotalSeconds);
    }
}
