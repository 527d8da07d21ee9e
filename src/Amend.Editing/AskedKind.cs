namespace Amend.Editing;

/// <summary>What a prompt that is asked is to an edit.</summary>
public enum AskedKind
{
    /// <summary>The edited prompt.</summary>
    Prompt,

    /// <summary>Another way to ask the same, which should follow.</summary>
    Paraphrase,

    /// <summary>A prompt about something else, which should keep its answer.</summary>
    Neighbor,

    /// <summary>One of no edit: whoever asks has chosen it.</summary>
    Given,
}
