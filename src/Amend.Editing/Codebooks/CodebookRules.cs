namespace Amend.Editing.Codebooks;

/// <summary>How an event changes a codebook, and what its entry does when it fires; a part of the event.</summary>
public sealed record CodebookRules
{
    /// <summary>ε, the radius that a new entry begins with.</summary>
    public required double Eps { get; init; }

    /// <summary>How the distance of an input to a key is measured; the same for all entries of a codebook.</summary>
    public KeyDistance Distance { get; init; } = KeyDistance.Euclidean;

    /// <summary>Which tokens get the value of an entry that fires.</summary>
    public Replacement Replacement { get; init; } = Replacement.ReplacePrompt;

    /// <summary>What happens to an entry whose label is asked at a key outside of its radius.</summary>
    public Expansion Expansion { get; init; } = Expansion.Coverage;

    /// <summary>By which rule entries are added, expanded and split.</summary>
    public CodebookRule Rule { get; init; } = CodebookRule.Sound;
}

/// <summary>The distance between an input and a key.</summary>
public enum KeyDistance
{
    /// <summary>The Euclidean one, ‖q - k‖.</summary>
    Euclidean,

    /// <summary>One minus the cosine, 1 - q·k / (‖q‖ ‖k‖), 0 to 2.</summary>
    Cosine,
}

/// <summary>The tokens whose output gets the value of an entry that fires.</summary>
public enum Replacement
{
    /// <summary>The prompt's last token alone, the one whose input is the key.</summary>
    ReplaceLast,

    /// <summary>The prompt's tokens before its last one, as the authors' code has it.</summary>
    ReplacePrompt,

    /// <summary>All tokens, those that follow the prompt included.</summary>
    ReplaceAll,
}

/// <summary>What happens to an entry whose label is asked near it, but outside of its radius.</summary>
public enum Expansion
{
    /// <summary>Its radius grows to cover the new key.</summary>
    Coverage,

    /// <summary>Its key moves half of the way to the new one as well.</summary>
    MovingAverage,
}

/// <summary>By which rule entries are added, expanded and split.</summary>
public enum CodebookRule
{
    /// <summary>
    /// Labels are compared token by token, a prompt that is asked again with another label replaces its entry, and the radii of entries of
    /// different labels never overlap.
    /// </summary>
    Sound,

    /// <summary>
    /// As Thartvigsen/GRACE does (register of defects, D9): labels are compared by the mean of their ids, a prompt that is asked again
    /// with another label gives an entry that never fires, and only the nearest entry's radius is looked at.
    /// </summary>
    Published,
}
