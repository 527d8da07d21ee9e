using Amend.Models;

namespace Amend.Editing.Workbench;

/// <summary>An editor that can tell beforehand what an edit holds in memory.</summary>
internal interface IWeighedEditor
{
    /// <summary>The bytes that an edit holds at once beside the model; its values are not looked at.</summary>
    /// <param name="model">The model, whose weights may have no values.</param>
    /// <param name="requests">What would be asked.</param>
    /// <param name="context">Settings and layer.</param>
    /// <exception cref="Tensors.AmendException">The settings do not fit the model.</exception>
    long BytesOf(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context);
}
