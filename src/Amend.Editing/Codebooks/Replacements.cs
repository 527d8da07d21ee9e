using Amend.Models.Passes;

namespace Amend.Editing.Codebooks;

/// <summary>Which tokens a replacement replaces.</summary>
internal static class Replacements
{
    /// <summary>Whether a token at some place of its prompt gets the value.</summary>
    public static bool Has(this Replacement replacement, PromptSide side) => replacement switch
    {
        Replacement.ReplaceLast => side == PromptSide.End,
        Replacement.ReplacePrompt => side == PromptSide.Before,
        _ => side != PromptSide.None,
    };
}
