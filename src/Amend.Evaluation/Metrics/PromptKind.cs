namespace Amend.Evaluation.Metrics;

/// <summary>What a prompt of a case is for.</summary>
public enum PromptKind
{
    /// <summary>The edited prompt: reliability, efficacy.</summary>
    Rewrite,

    /// <summary>Another way to ask the same: generalization.</summary>
    Paraphrase,

    /// <summary>A prompt that must keep its answer: locality, specificity.</summary>
    Neighborhood,

    /// <summary>A prompt whose answer follows from the edit: portability.</summary>
    Portability,
}
