using Amend.Editing.Checks;
using Amend.Editing.Governance;

namespace Amend.Editing.Sessions;

/// <summary>
/// Edits that were made and tried and are not kept: what they would do, and what a guard says of them. Nothing was written. Owns the
/// edits, until it is disposed.
/// </summary>
public sealed class EditPreview : IDisposable
{
    internal EditPreview(IReadOnlyList<Edit> edits, IReadOnlyList<string> onto, IReadOnlyList<SupersededEdit> superseded) =>
        (Edits, Onto, Superseded) = (edits, onto, superseded);

    /// <summary>The edits, with the ids that they keep when they are committed.</summary>
    public IReadOnlyList<Edit> Edits { get; }

    /// <summary>The ids of the edits that were applied when these were made; they can be committed as long as the same are.</summary>
    public IReadOnlyList<string> Onto { get; }

    /// <summary>The applied edits whose place they take.</summary>
    public IReadOnlyList<SupersededEdit> Superseded { get; }

    /// <summary>What becomes of each request; null for a part of a longer order.</summary>
    public RequestsReport? Check { get; internal set; }

    /// <summary>What the model says to the prompts of a single fact; null where it was not asked in full.</summary>
    public EditCheckReport? Answers { get; internal set; }

    /// <summary>What the guard measured; null where none watches.</summary>
    public GuardMeasures? Guard { get; internal set; }

    /// <summary>The measure that is outside its limit, for which a commit is refused; null where the guard lets the edits pass.</summary>
    public GuardBreach? Breach => Guard?.Breach();

    internal IReadOnlyList<string> InsteadOf => [.. Superseded.Where(edit => edit.Replaced).Select(edit => edit.Id)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var edit in Edits)
            edit.Dispose();
    }
}
