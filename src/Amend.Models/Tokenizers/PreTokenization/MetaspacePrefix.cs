namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Where a space is put in front of a text that has none.</summary>
internal enum MetaspacePrefix
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>At the text's beginning.</summary>
    First,

    /// <summary>At the beginning and behind every token that was found as a whole.</summary>
    Always,
}
