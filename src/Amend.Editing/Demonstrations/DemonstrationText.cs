namespace Amend.Editing.Demonstrations;

/// <summary>
/// The text in front of a prompt. In the paper's form (Zheng et al. 2023, section 4.1) each demonstration is a fact and a prompt with its
/// answer, and the last fact is followed by the prompt that is asked.
/// </summary>
internal static class DemonstrationText
{
    /// <summary>What a prompt stands behind in the paper's form; prompts are read behind it, too.</summary>
    public const string BeforePrompt = "Prompt: ";

    private const string BeforeFact = "New Fact: ";

    /// <summary>Writes the text.</summary>
    /// <param name="form">How it is written.</param>
    /// <param name="shown">What other edits show, in order.</param>
    /// <param name="facts">The facts that the prompt is about, in order.</param>
    public static string Write(DemonstrationForm form, IReadOnlyList<Demonstration> shown, IReadOnlyList<Demonstration> facts) =>
        form == DemonstrationForm.Sentences
            ? string.Concat(shown.SelectMany(one => one.Shown).Concat(facts.Select(one => one.Fact)).Select(Sentence))
            : string.Concat(shown.SelectMany(Demonstrated).Concat(facts.Select(Fact))) + BeforePrompt;

    private static IEnumerable<string> Demonstrated(Demonstration one) =>
        one.Shown.Select(text => $"{Fact(one)}{BeforePrompt}{text}\n\n");

    private static string Fact(Demonstration one) => $"{BeforeFact}{one.Fact}\n";

    private static string Sentence(string text) => $"{text}. ";
}
