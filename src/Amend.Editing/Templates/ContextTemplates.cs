namespace Amend.Editing.Templates;

/// <summary>
/// Texts that precede the prompt, so that a key stands for the subject in any context (Meng et al. 2022, section 3.1). The
/// first is always the bare prompt, <c>{}</c>. They are stored with the edit, so that it can be repeated.
/// </summary>
/// <param name="Texts">Templates with one <c>{}</c> for the filled prompt; the first is <c>{}</c>.</param>
public sealed record ContextTemplates(IReadOnlyList<string> Texts)
{
    /// <summary>The bare prompt alone.</summary>
    public static ContextTemplates Bare { get; } = new(["{}"]);
}
