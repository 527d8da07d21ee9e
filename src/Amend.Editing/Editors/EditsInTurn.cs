using Amend.Models;

namespace Amend.Editing.Editors;

/// <summary>For methods that change one fact at a time: an edit a request, each made on top of the ones before.</summary>
internal static class EditsInTurn
{
    /// <summary>Makes the edits; where one fails, those before it are taken back.</summary>
    /// <param name="model">The model.</param>
    /// <param name="requests">At least one.</param>
    /// <param name="make">Makes and applies one edit.</param>
    public static EditResult Make(LanguageModel model, IReadOnlyList<EditRequest> requests, Func<EditRequest, Edit> make)
    {
        var edits = new List<Edit>();
        try
        {
            foreach (var request in requests)
                edits.Add(make(request));
            return new EditResult(model, edits);
        }
        catch
        {
            foreach (var edit in Enumerable.Reverse(edits))
            {
                model.Applied.Revert(edit.Id);
                edit.Dispose();
            }

            throw;
        }
    }
}
