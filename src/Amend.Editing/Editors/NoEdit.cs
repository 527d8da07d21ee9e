using System.Text.Json.Nodes;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Editing.Editors;

/// <summary>Makes no edit: in an evaluation the unedited model, which the other editors are compared with.</summary>
public sealed class NoEdit : IEditor
{
    /// <summary>The editor's name.</summary>
    public const string EditorName = "none";

    /// <inheritdoc/>
    public string Name => EditorName;

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("No edit: the model as it is", "none", null)
    {
        Batch = true,
        NeedsSubject = false,
        Kinds = ModelKinds.CausalDecoder | ModelKinds.EncoderDecoder | ModelKinds.Classifier | ModelKinds.MaskedLanguageModel,
    };

    /// <summary>None: an edit that is not made has no settings.</summary>
    public JsonObject Settings(LanguageModel? model) => [];

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context)
    {
        var given = context.Settings.Keys.Concat(context.Layer is null ? [] : ["layer"]).ToList();
        if (given.Count > 0)
        {
            throw new AmendException(
                $"The editor {Name} was given {string.Join(", ", given)}, and it has no settings because it edits nothing; "
                + "leave them out.");
        }
    }

    /// <summary>Leaves the model as it is.</summary>
    /// <returns>A result without edits.</returns>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context) => new(model, []);
}
