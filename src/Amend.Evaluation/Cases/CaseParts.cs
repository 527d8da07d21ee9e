namespace Amend.Evaluation.Cases;

/// <summary>What a case may hold: a metric says with it what it needs, a case what it has.</summary>
[Flags]
public enum CaseParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>At least one request.</summary>
    Request = 1 << 0,

    /// <summary>Each request names its subject.</summary>
    Subject = 1 << 1,

    /// <summary>Each request names the new object o*.</summary>
    TargetNew = 1 << 2,

    /// <summary>Each request names the object o that holds before the edit.</summary>
    TargetTrue = 1 << 3,

    /// <summary>Other ways to ask the same.</summary>
    Paraphrases = 1 << 4,

    /// <summary>Prompts that must keep their answers.</summary>
    Neighborhood = 1 << 5,

    /// <summary>Each of those prompts has an expected answer.</summary>
    NeighborhoodAnswers = 1 << 6,

    /// <summary>Prompts about subjects that have the object o*.</summary>
    Attributes = 1 << 7,

    /// <summary>Openings of text about the subject.</summary>
    Generation = 1 << 8,

    /// <summary>Questions whose answers follow from the edit.</summary>
    Portability = 1 << 9,

    /// <summary>Questions over a chain of facts.</summary>
    MultiHop = 1 << 10,

    /// <summary>Ripple effects along axes.</summary>
    Ripples = 1 << 11,

    /// <summary>A text with a label.</summary>
    Classification = 1 << 12,

    /// <summary>A label that the edit should give the text.</summary>
    LabelNew = 1 << 13,
}
