namespace Amend.Editing.Editors.FineTuning;

/// <summary>Where the target's tokens are scored.</summary>
public enum FineTuningObjective
{
    /// <summary>Each target token after the prompt and the target tokens before it: the model's own cross-entropy.</summary>
    Autoregressive,

    /// <summary>All target tokens at the prompt's last token, as <c>ft_main.py</c> of kmeng01/rome does (D3); for replication.</summary>
    PromptLast,
}
