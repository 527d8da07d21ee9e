namespace Amend.Evaluation.Metrics;

/// <summary>What a metric needs of a case, so that nothing else is asked of the model.</summary>
[Flags]
public enum MetricNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The edited prompt and its new target.</summary>
    Rewrite = 1,

    /// <summary>Other ways to ask the same.</summary>
    Paraphrases = 2,

    /// <summary>Prompts that must keep their answer, each with its gold answer.</summary>
    Neighbors = 4,

    /// <summary>A second candidate after each prompt.</summary>
    Rival = 8,

    /// <summary>A greedy answer to each prompt.</summary>
    GreedyAnswers = 16,

    /// <summary>Openings that the model writes on from, sampled.</summary>
    Generations = 32,

    /// <summary>Texts about subjects of which the new target is true.</summary>
    References = 64,

    /// <summary>The answers of the model without the edits.</summary>
    Before = 128,

    /// <summary>A text that has nothing to do with any edit.</summary>
    FixedText = 256,

    /// <summary>Prompts whose answers follow from the edit, each with all its accepted answers.</summary>
    Portability = 512,
}
