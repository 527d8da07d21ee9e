using Amend.Editing.Batches;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.SubjectCodebook;

/// <summary>
/// A codebook at the subject: GRACE's table (Hartvigsen et al. 2023) with ROME's place (Meng et al. 2022). Keys are what the residual
/// stream is at a subject's last token, one of the bare prompt and one of the mean over the context templates; any token of a text that
/// comes near gets the entry's value, which is found as MEMIT finds its z. Paraphrases share the subject and so meet the key; neighbours do
/// not. Whatever else is said of the subject meets it too, as it meets ROME's edits.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class SubjectCodebookEditor(SubjectCodebookOptions? options = null) : TokenCodebookEditor<SubjectCodebookOptions>(options)
{
    private static readonly PresetFile Embedded = new("SubjectCodebook.subject-codebook.presets.json");

    /// <inheritdoc/>
    public override string Name => "subject-codebook";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "a codebook at the subject", "after Hartvigsen et al. 2023 and Meng et al. 2022", null)
    {
        Class = EditorClass.MemoryBased,
        Writes = "no weight: a codebook",
        Batch = true,
        Adapts = true,
    };

    private protected override PresetFile Presets => Embedded;
}
