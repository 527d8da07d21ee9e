using System.Text.Json.Nodes;
using Amend.Models;

namespace Amend.Editing;

/// <summary>A method that changes facts in a model.</summary>
public interface IEditor
{
    /// <summary>The method's name on the command line, such as <c>rome</c>.</summary>
    string Name { get; }

    /// <summary>What the method is and what it can do.</summary>
    EditorInfo Info { get; }

    /// <summary>The settings that an edit has where none are given: the preset for the model, else the defaults.</summary>
    /// <param name="model">The model; null for the defaults of any model.</param>
    JsonObject Settings(LanguageModel? model);

    /// <summary>Where these settings come from; null, the default, where they are those of any model.</summary>
    /// <param name="model">The model.</param>
    PresetNote? PresetOf(LanguageModel model) => null;

    /// <summary>Refuses settings that cannot be used with a model, before anything is done.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">Settings, layer and seed.</param>
    /// <exception cref="Tensors.AmendException">A setting is unknown or does not fit the model.</exception>
    void Check(LanguageModel model, EditContext context);

    /// <summary>Makes the edits and applies them to the model; nothing else of the model is touched, and no gradient stays on.</summary>
    /// <param name="model">The model, with the edits that it already has.</param>
    /// <param name="requests">What to change; at least one.</param>
    /// <param name="context">Settings, seed and statistics.</param>
    /// <returns>The applied edits; the caller disposes the result, which leaves them applied.</returns>
    /// <exception cref="Tensors.AmendException">A request or a setting cannot be used with this model; it is unchanged then.</exception>
    /// <exception cref="ArithmeticException">What was computed is no number; the model is unchanged then.</exception>
    /// <exception cref="OperationCanceledException"><see cref="EditContext.Stop"/> was asked; the model is unchanged then.</exception>
    EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context);
}
