using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Models.Subjects;

/// <summary>
/// A prompt and the subject that it is about, which has one place in it. Tracing, editing and evaluation all find subjects here,
/// by one rule; see <see cref="Find"/>.
/// </summary>
/// <param name="Template">The prompt with <c>{}</c> in the subject's place.</param>
/// <param name="Subject">The subject, spelled as in the prompt.</param>
public sealed record SubjectPrompt(string Template, string Subject)
{
    /// <summary>What marks the subject's place in a template.</summary>
    public const string Mark = "{}";

    /// <summary>The prompt with the subject in its place.</summary>
    public string Text => Template.Replace(Mark, Subject, StringComparison.Ordinal);

    /// <summary>The subject's first character in the text, spaces at its ends left out.</summary>
    public int Start => Template.IndexOf(Mark, StringComparison.Ordinal) + Subject.Length - Subject.TrimStart().Length;

    /// <summary>The character after its last.</summary>
    public int End => Template.IndexOf(Mark, StringComparison.Ordinal) + Subject.TrimEnd().Length;

    /// <summary>The prompt put at the mark of a text around it.</summary>
    public SubjectPrompt In(string text) => this with { Template = text.Replace(Mark, Template, StringComparison.Ordinal) };

    /// <summary>
    /// Finds the subject of a prompt: at <c>{}</c>, where the prompt has it; else where it stands as whole words, see
    /// <see cref="WordBorders"/>; else, where it stands so nowhere, in other upper and lower case, and then takes the prompt's
    /// spelling. There must be one such place.
    /// </summary>
    /// <exception cref="AmendException">
    /// The subject is empty, or stands not once but nowhere, inside other words or several times.
    /// </exception>
    public static SubjectPrompt Find(string prompt, string subject)
    {
        if (string.IsNullOrWhiteSpace(subject))
            throw new AmendException($"The subject of '{prompt}' is empty; give the name that stands in the prompt.");
        if (IsMarked(prompt, subject))
            return new SubjectPrompt(prompt, subject);
        return Places(prompt, subject) switch
        {
            [var at] => new SubjectPrompt(prompt[..at] + Mark + prompt[(at + subject.Length)..], prompt.Substring(at, subject.Length)),
            [] when prompt.Contains(subject, StringComparison.OrdinalIgnoreCase) => throw new AmendException(
                $"The subject '{subject}' stands in the prompt '{prompt}' only inside another word; "
                + $"write the prompt with {Mark} where the subject stands."),
            [] => throw new AmendException(
                $"The subject '{subject}' is not in the prompt '{prompt}'; write the prompt with {Mark} where the subject stands."),
            _ => throw new AmendException(
                $"The subject '{subject}' is more than once in the prompt '{prompt}'; mark the place with {Mark}."),
        };
    }

    /// <summary>Whether <see cref="Find"/> finds a place.</summary>
    public static bool IsIn(string prompt, string subject) =>
        !string.IsNullOrWhiteSpace(subject) && (IsMarked(prompt, subject) || Places(prompt, subject).Count == 1);

    private static bool IsMarked(string prompt, string subject)
    {
        // Braces of the subject's own name mark nothing.
        var isNamed = subject.Contains(Mark, StringComparison.Ordinal) && prompt.Contains(subject, StringComparison.Ordinal);
        return prompt.Contains(Mark, StringComparison.Ordinal) && !isNamed;
    }

    private static IReadOnlyList<int> Places(string prompt, string subject) =>
        WordBorders.Find(prompt, subject, StringComparison.Ordinal) is { Count: > 0 } spelled
            ? spelled
            : WordBorders.Find(prompt, subject, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Finds the lookup token by character offsets in one tokenization of the whole text, which is right for any tokenizer; the
    /// authors' code adds the lengths of separately tokenized parts (<c>get_words_idxs_in_templates</c>).
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="lookup">Which token; the subject's last by default.</param>
    /// <returns>The tokenized text and the token's index in it.</returns>
    /// <exception cref="AmendException">No token covers the subject.</exception>
    public (TokenizedText Text, int Token) FindToken(ITokenizer tokenizer, LookupToken lookup = LookupToken.SubjectLast)
    {
        // A space behind the subject belongs to the next word's token, also where it was written as the subject's.
        var (text, start, end) = (tokenizer.Encode(Text), Start, End);
        var last = text.LastTokenOf(start, end);
        if (last < 0)
        {
            throw new AmendException(
                $"No token of '{text.Text}' covers the subject '{Subject}'; give the subject as it stands in the prompt.");
        }

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

/// <summary>The token at which a fact is read and written.</summary>
public enum LookupToken
{
    /// <summary>The subject's last token: ROME's and MEMIT's choice.</summary>
    SubjectLast,

    /// <summary>The subject's first token.</summary>
    SubjectFirst,

    /// <summary>The first token after the subject; the subject's last where the subject ends the text.</summary>
    SubjectFirstAfterLast,

    /// <summary>The prompt's last token.</summary>
    Last,
}
