using Amend.Tracing.Results;

namespace Amend.Tracing.Studies;

/// <summary>What <c>summary.json</c> of a study holds.</summary>
/// <param name="Format"><see cref="TraceJson.Format"/>.</param>
/// <param name="Study">What was traced and how.</param>
/// <param name="Finished">Whether all facts are done.</param>
/// <param name="Traced">Facts traced.</param>
/// <param name="Skipped">Facts passed over.</param>
/// <param name="Averages">The averages; null where no fact was traced.</param>
/// <param name="Suggestion">The layer to edit; null where MLPs were not traced.</param>
public sealed record StudySummary(
    string Format, StudyDescription Study, bool Finished, int Traced, int Skipped, AverageEffects? Averages, LayerSuggestion? Suggestion)
{
    /// <summary>The summary of a study.</summary>
    public static StudySummary Of(StudyResult study)
    {
        var averages = study.Traces.Count == 0 ? null : AverageEffects.Of(study.Traces);
        var suggestion = averages?.Curve(TraceKind.Mlp, TokenBucket.SubjectLast) is null ? null : LayerSuggestion.Of(averages);
        return new StudySummary(
            TraceJson.Format, study.Description, study.Finished, study.Traces.Count, study.Skipped, averages, suggestion);
    }

    /// <summary>The layer to edit.</summary>
    /// <exception cref="Amend.Tensors.AmendException">No fact was traced, or no MLPs.</exception>
    public LayerSuggestion Suggest() => Suggestion ?? LayerSuggestion.Of(Averages ?? AverageEffects.Of([]));
}
