namespace Amend.Models.Tokenizers;

/// <summary>A token that is found in a text as a whole, before anything is split.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id.</param>
internal sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it is a sign, such as the end of a text, rather than text.</summary>
    public bool IsSpecial { get; init; }

    /// <summary>Whether it is looked for in the normalized text.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Whether it is found only where no word goes on around it.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Whether it takes the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it takes the white space behind it.</summary>
    public bool StripsRight { get; init; }
}
