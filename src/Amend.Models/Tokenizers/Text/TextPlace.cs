namespace Amend.Models.Tokenizers.Text;

/// <summary>Where a stretch of text stands, which decides whether it gets the space that some tokenizers put at the front.</summary>
internal enum TextPlace
{
    /// <summary>At the beginning.</summary>
    Begins,

    /// <summary>Behind a token that was found as a whole.</summary>
    Follows,

    /// <summary>Behind text that is tokenized elsewhere.</summary>
    Continues,
}
