using Amend.Editing.Log;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;

namespace Amend.Studio.Elements;

/// <summary>An edit by which a state of a model is named.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Fact">The fact in a line.</param>
/// <param name="State">What has become of it.</param>
public sealed record KnownEdit(string Id, string Fact, LogState State)
{
    /// <summary>The edits of a model, the newest first.</summary>
    public static IReadOnlyList<KnownEdit> Read(EditSession session, string model) =>
    [
        .. EditLog.Read(session.Store, model).Entries
            .Where(entry => entry.Op == JournalOp.Apply)
            .DistinctBy(entry => entry.Id)
            .Select(entry => new KnownEdit(entry.Id, entry.Fact, entry.State)),
    ];
}
