using Amend.Tensors;

namespace Amend.Editing.Templates;

/// <summary>
/// Texts that precede the prompt, so that a key stands for the subject in any context (Meng et al. 2022, section 3.1). The
/// first is always the bare prompt, <c>{}</c>. They are stored with the edit, so that it can be repeated.
/// </summary>
/// <param name="Texts">Templates with one <c>{}</c> for the filled prompt; the first is <c>{}</c>.</param>
public sealed record ContextTemplates(IReadOnlyList<string> Texts)
{
    private const string Place = "{}";

    /// <summary>The bare prompt alone.</summary>
    public static ContextTemplates Bare { get; } = new([Place]);

    /// <summary>The templates, or a refusal of some that an edit cannot use.</summary>
    /// <exception cref="AmendException">The first is not the bare prompt, or one has not exactly one <c>{}</c>.</exception>
    public ContextTemplates Validated()
    {
        if (Texts.Count == 0 || Texts[0] != Place)
        {
            throw new AmendException(
                $"The first context template is '{(Texts.Count == 0 ? "" : Texts[0])}'; begin with the bare prompt, '{Place}'.");
        }

        if (Texts.FirstOrDefault(text => text.Split(Place).Length != 2) is { } wrong)
        {
            throw new AmendException(
                $"The context template '{wrong}' has {wrong.Split(Place).Length - 1} places {Place} for the prompt; "
                + "write it with exactly one.");
        }

        return this;
    }
}
