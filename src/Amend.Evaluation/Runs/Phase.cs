namespace Amend.Evaluation.Runs;

/// <summary>What a run spends time on.</summary>
public enum Phase
{
    /// <summary>Reading cases from the data set.</summary>
    Reading,

    /// <summary>Making edits and taking them back.</summary>
    Editing,

    /// <summary>Asking the model for given answers, edited and unedited.</summary>
    Scoring,

    /// <summary>Letting the model write freely: greedy answers and sampled texts.</summary>
    Generating,

    /// <summary>Storing results.</summary>
    Writing,
}
