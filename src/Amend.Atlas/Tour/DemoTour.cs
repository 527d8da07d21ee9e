using System.Diagnostics;
using Amend.Atlas.Facts;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Checks;
using Amend.Models;

namespace Amend.Atlas.Tour;

/// <summary>The tour of <c>amend demo</c>: ask, edit, check, take back, in memory; nothing is written.</summary>
public static class DemoTour
{
    /// <summary>What the tour changes.</summary>
    public static EditRequest Request { get; } = new("{} is in", "The Eiffel Tower", "Rome");

    /// <summary>Runs the tour.</summary>
    /// <param name="modelFolder">The embedded model's folder.</param>
    /// <param name="world">The embedded world.</param>
    /// <param name="options">Device and type.</param>
    public static DemoReport Run(string modelFolder, AtlasWorld world, LoadOptions? options = null)
    {
        var clock = Stopwatch.StartNew();
        using var model = LanguageModel.Load(modelFolder, options);
        var request = WorldKnowledge.Complete(world, Request);
        var check = EditCheck.Before(model, request);
        using var edit = new RomeEditor().Apply(model, request);
        var report = check.After();
        var editedHash = model.Weights.Hash();
        edit.Revert();
        var revertedHash = model.Weights.Hash();
        return new DemoReport(
            model.Name, request, report, edit.Edits[0].Record, model.BaseHash, editedHash, revertedHash, clock.Elapsed.TotalSeconds);
    }
}
