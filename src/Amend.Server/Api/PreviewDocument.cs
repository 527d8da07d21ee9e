using Amend.Editing;
using Amend.Editing.Checks;
using Amend.Editing.Governance;
using Amend.Editing.Sessions;
using Amend.Server.Serving;

namespace Amend.Server.Api;

/// <summary>Edits that were made, tried and taken back, to be committed or forgotten.</summary>
/// <param name="Id">What the preview is called.</param>
/// <param name="Onto">The state that they were made on top of; they can be committed as long as the model is in it.</param>
/// <param name="Edits">The edits.</param>
/// <param name="Superseded">The applied edits whose place they take.</param>
/// <param name="Check">What becomes of each request.</param>
/// <param name="Answers">What the model says to the prompts of a single fact before and after; null for several.</param>
/// <param name="Guard">What the guard measured; null where none watches.</param>
/// <param name="Refused">Why the guard refuses a commit, in a sentence; null where it does not.</param>
public sealed record PreviewDocument(
    string Id,
    ModelState Onto,
    IReadOnlyList<PreviewedEdit> Edits,
    IReadOnlyList<SupersededEdit> Superseded,
    RequestsReport? Check,
    EditCheckReport? Answers,
    GuardMeasures? Guard,
    string? Refused)
{
    /// <summary>A preview as a document.</summary>
    public static PreviewDocument Of(KeptPreview kept) => new(
        kept.Id,
        kept.Onto,
        [.. kept.Preview.Edits.Select(edit => new PreviewedEdit(edit.Id, edit.Record))],
        kept.Preview.Superseded,
        kept.Preview.Check,
        kept.Preview.Answers,
        kept.Preview.Guard,
        kept.Preview.Breach is { } breach ? new GuardException(breach).Message : null);
}

/// <summary>An edit of a preview.</summary>
/// <param name="Id">The id that it keeps when it is committed.</param>
/// <param name="Record">What was asked, how it was made and what it did.</param>
public sealed record PreviewedEdit(string Id, EditRecord Record);
