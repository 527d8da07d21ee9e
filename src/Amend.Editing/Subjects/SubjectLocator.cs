using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Editing.Subjects;

/// <summary>
/// Finds the lookup token of a prompt from character offsets of one tokenization of the whole text, which is right for any
/// tokenizer; the authors' code adds the lengths of separately tokenized parts (<c>get_words_idxs_in_templates</c>).
/// </summary>
public static class SubjectLocator
{
    /// <summary>The index of the lookup token.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">Text with one <c>{}</c> for the subject.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="lookup">Which token.</param>
    /// <returns>The tokenized text and the token's index in it.</returns>
    /// <exception cref="AmendException">No token covers the subject.</exception>
    public static (TokenizedText Text, int Token) Find(ITokenizer tokenizer, string template, string subject, LookupToken lookup = LookupToken.SubjectLast)
    {
        var place = template.IndexOf("{}", StringComparison.Ordinal);
        var text = tokenizer.Encode(template.Replace("{}", subject, StringComparison.Ordinal));
        // A space behind the subject belongs to the next word's token, also where it was written as the subject's.
        var start = place + subject.Length - subject.TrimStart().Length;
        var end = place + subject.TrimEnd().Length;
        var last = text.LastTokenOf(start, end);
        if (last < 0)
            throw new AmendException($"No token of '{text.Text}' covers the subject '{subject}'; give the subject as it stands in the prompt.");
        return (text, lookup switch
        {
            LookupToken.SubjectLast => last,
            LookupToken.SubjectFirst => text.FirstTokenOf(SpaceBefore(text.Text, start), end),
            LookupToken.SubjectFirstAfterLast => Math.Min(last + 1, text.Ids.Count - 1),
            _ => text.Ids.Count - 1,
        });
    }

    /// <summary>The space before the subject belongs to it: some vocabularies have no piece for it and a letter together.</summary>
    private static int SpaceBefore(string text, int start) => start > 0 && text[start - 1] == ' ' ? start - 1 : start;
}
