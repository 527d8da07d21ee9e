using Amend.Editing;
using Amend.Editing.Checks;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Statistics;
using Amend.Models;

namespace Amend.Atlas.Tour;

/// <summary>The tour's edit, applied, with what it did; the owner takes it back and disposes it.</summary>
/// <param name="Result">The edit.</param>
/// <param name="Check">What the model says before and after.</param>
internal sealed record TourEdit(EditResult Result, EditCheckReport Check) : IDisposable
{
    /// <summary>Edits at the first of some layers where the edit holds; where it holds at none, at the one where it holds best.</summary>
    /// <param name="model">The model; it has the edit afterwards.</param>
    /// <param name="request">What is changed.</param>
    /// <param name="layers">The layers; at least one.</param>
    /// <param name="context">What the editor is given, for any layer.</param>
    /// <param name="statistics">The keys' second moments; a layer without one is edited with the identity, and the record says so.</param>
    public static TourEdit Make(
        LanguageModel model, EditRequest request, IReadOnlyList<int> layers, EditContext context, SecondMomentLibrary statistics)
    {
        var check = EditCheck.Before(model, request);
        var best = (Layer: layers[0], Share: double.NegativeInfinity);
        foreach (var layer in layers)
        {
            var made = At(layer);
            if (Holds(made.Check) || layers.Count == 1)
                return made;
            if (ShareOf(made.Check) is var share && share > best.Share)
                best = (layer, share);
            made.Result.Revert();
            made.Dispose();
        }

        return At(best.Layer);

        TourEdit At(int layer)
        {
            ISecondMomentSource source = statistics.Files(model, layer).Count > 0 ? statistics : IdentityStatistics.Instance;
            var edit = new RomeEditor().Apply(model, [request], context with { Layer = layer, Statistics = source });
            return new TourEdit(edit, check.After());
        }
    }

    /// <summary>Whether the edit was reliable, general for two of three paraphrases, and local.</summary>
    public static bool Holds(EditCheckReport check) =>
        check.Prompt.GivesTarget
        && 3 * check.Paraphrases.Count(paraphrase => paraphrase.GivesTarget) >= 2 * check.Paraphrases.Count
        && check.Neighbors.All(neighbor => neighbor.Kept);

    /// <inheritdoc/>
    public void Dispose() => Result.Dispose();

    private static double ShareOf(EditCheckReport check) =>
        (check.Prompt.GivesTarget ? 1 : 0)
        + check.Paraphrases.Average(paraphrase => paraphrase.GivesTarget ? 1.0 : 0)
        + check.Neighbors.Average(neighbor => neighbor.Kept ? 1.0 : 0);
}
