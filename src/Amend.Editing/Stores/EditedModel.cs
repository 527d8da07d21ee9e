using Amend.Models;

namespace Amend.Editing.Stores;

/// <summary>A model with the edits of its store applied: what users ask and edit. Owns the model.</summary>
public sealed class EditedModel : IDisposable
{
    private EditedModel(LanguageModel model, EditStore store, IReadOnlyList<string> edits)
    {
        Model = model;
        Store = store;
        Edits = edits;
    }

    /// <summary>The model, with its edits.</summary>
    public LanguageModel Model { get; }

    /// <summary>Where its edits are kept.</summary>
    public EditStore Store { get; }

    /// <summary>Ids of the applied edits, in order.</summary>
    public IReadOnlyList<string> Edits { get; }

    /// <summary>Loads a model and applies its edits.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="at">An edit's id, for the model right after it; <c>base</c> for none; null for all that are applied.</param>
    /// <param name="options">Device and type.</param>
    /// <param name="home">Where edits are kept; the user's by default.</param>
    /// <exception cref="Tensors.AmendException">The model or one of its edits cannot be read.</exception>
    public static EditedModel Open(string folder, string? at = null, LoadOptions? options = null, AmendHome? home = null)
    {
        var model = LanguageModel.Load(folder, options);
        try
        {
            var store = new EditStore(model, home);
            var edits = at is null ? store.Applied : store.AppliedAt(at);
            store.ApplyTo(model, edits);
            return new EditedModel(model, store, edits);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
