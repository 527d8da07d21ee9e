using Amend.Tensors;

namespace Amend.Evaluation.Metrics;

/// <summary>The metrics that this build knows, one line each, in the order of reports.</summary>
public static class BuiltInMetrics
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<IMetric> All { get; } = new("metric", metric => metric.Info.Id,
    [
        CounterFactMetrics.Score,
        CounterFactMetrics.EfficacySuccess,
        CounterFactMetrics.EfficacyMagnitude,
        CounterFactMetrics.ParaphraseSuccess,
        CounterFactMetrics.ParaphraseMagnitude,
        CounterFactMetrics.NeighborhoodSuccess,
        CounterFactMetrics.NeighborhoodMagnitude,
        KnowledgeEditorMetrics.Success,
        KnowledgeEditorMetrics.Retain,
        KnowledgeEditorMetrics.Equivalence,
        KnowledgeEditorMetrics.TargetEquivalence,
        KnowledgeEditorMetrics.Deterioration,
        TextMetrics.Fluency,
        TextMetrics.Consistency,
        TeacherForcedMetrics.TokenAccuracy,
        TeacherForcedMetrics.ParaphraseTokenAccuracy,
        TeacherForcedMetrics.First,
        TeacherForcedMetrics.Exact,
        TeacherForcedMetrics.ParaphraseExact,
        FreeGenerationMetrics.Exact,
        FreeGenerationMetrics.ParaphraseExact,
        FreeGenerationMetrics.Contains,
        FreeGenerationMetrics.ParaphraseContains,
        FreeGenerationMetrics.F1,
        FreeGenerationMetrics.ContainsInChat,
        FreeGenerationMetrics.ParaphraseContainsInChat,
        TrueObjectMetrics.First,
        TrueObjectMetrics.Exact,
        TrueObjectMetrics.Contains,
        TrueObjectMetrics.ContainsInChat,
        TeacherForcedMetrics.Agreement,
        TeacherForcedMetrics.GoldLocality,
        TeacherForcedMetrics.GoldTokenLocality,
        PortabilityMetrics.TokenAccuracy,
        PortabilityMetrics.TeacherForcedExact,
        PortabilityMetrics.FreeExact,
        PortabilityMetrics.FreeContains,
        StreamMetrics.Success,
        StreamMetrics.EditRetention,
        StreamMetrics.TestRetention,
        StreamMetrics.Mean,
        StreamMetrics.Holdout,
        StreamMetrics.AccurateRetention,
        StreamMetrics.ExactSuccess,
        StreamMetrics.ExactEditRetention,
        StreamMetrics.ExactTestRetention,
        StreamMetrics.ExactMean,
        StreamMetrics.ExactHoldout,
        StreamMetrics.ExactAccurateRetention,
        TextMetrics.FixedTextPerplexity,
        TrueObjectMetrics.Probe,
    ]);

    /// <summary>The metric of an id.</summary>
    /// <exception cref="AmendException">No metric has the id.</exception>
    public static IMetric Find(string id) => All.Find(id);
}
