namespace Amend.Models.Tokenizers.Normalization;

/// <summary>What a SentencePiece model does with spaces.</summary>
/// <param name="Prefixes">Whether a space is put in front of a text (<c>add_dummy_prefix</c>).</param>
/// <param name="RemovesExtra">Whether spaces at the ends and all but one of a run are removed (<c>remove_extra_whitespaces</c>).</param>
/// <param name="WritesMarks">Whether spaces are written as marks (<c>escape_whitespaces</c>).</param>
/// <param name="PrefixIsSuffix">Whether the space goes to the end instead (<c>treat_whitespace_as_suffix</c>).</param>
/// <param name="PrefixesAll">Whether text behind a special token also gets a space in front (Hugging Face's <c>legacy</c>).</param>
internal sealed record SentencePieceSpaces(bool Prefixes, bool RemovesExtra, bool WritesMarks, bool PrefixIsSuffix, bool PrefixesAll);
