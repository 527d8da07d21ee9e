using System.Globalization;

namespace Amend.Editing.Demonstrations;

/// <summary>How edits that are demonstrations are found and written; the same for all that are in force together.</summary>
/// <param name="Layer">The block after which prompts are read.</param>
/// <param name="K">How many further edits demonstrate, at most.</param>
/// <param name="Gate">The cosine from which a prompt is about an edit, -1 to 1; with the published rule it is passed over.</param>
/// <param name="Rule">Which prompts get something in front.</param>
/// <param name="Form">How the text is written.</param>
public sealed record DemonstrationRules(int Layer, int K, double Gate, RetrievalRule Rule, DemonstrationForm Form)
{
    /// <summary>The rules in words, for messages.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"layer {Layer}, k {K}, gate {Gate}, rule {Rule} and form {Form}");
}

/// <summary>Which prompts get something in front.</summary>
public enum RetrievalRule
{
    /// <summary>Those that are about an edit, by the gate; they get all edits that they are about.</summary>
    Gated,

    /// <summary>All of them, as in the authors' evaluation, which is told the fact: they get the nearest edit.</summary>
    Published,
}

/// <summary>How the text in front of prompts is written.</summary>
public enum DemonstrationForm
{
    /// <summary><c>New Fact: …</c> and <c>Prompt: …</c>, as in the paper.</summary>
    NewFact,

    /// <summary>Plain sentences, for models too small to follow a pattern.</summary>
    Sentences,
}
