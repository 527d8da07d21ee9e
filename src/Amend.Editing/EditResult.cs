using Amend.Models;

namespace Amend.Editing;

/// <summary>Edits that were made and are applied to their model. Disposing it frees its copies and leaves the edits applied.</summary>
public sealed class EditResult : IDisposable
{
    private readonly LanguageModel _model;

    /// <summary>Creates the result of edits that are applied to the model.</summary>
    public EditResult(LanguageModel model, IReadOnlyList<Edit> edits)
    {
        _model = model;
        Edits = edits;
    }

    /// <summary>The edits, in the order of their requests; one edit for requests that were made together.</summary>
    public IReadOnlyList<Edit> Edits { get; }

    /// <summary>Whether every edit's optimisation reached its threshold.</summary>
    public bool Converged => Edits.All(edit => edit.Record.Converged);

    /// <summary>Takes the edits back: the touched weights are rebuilt from their saved values and the edits that remain.</summary>
    /// <exception cref="InvalidOperationException">They were taken back already.</exception>
    public void Revert()
    {
        foreach (var edit in Edits.Reverse())
            _model.Applied.Revert(edit.Id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var edit in Edits)
            edit.Dispose();
    }
}
