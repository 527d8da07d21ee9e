using Amend.Editing;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>The edits of a unit that stay until its end, kept so that a run that was killed has them again.</summary>
public interface IKeptEdits
{
    /// <summary>Keeps the edits of a batch.</summary>
    /// <param name="first">The place of the batch's first case.</param>
    /// <param name="edits">The edits.</param>
    void Add(int first, IReadOnlyList<Edit> edits);

    /// <summary>The edits of a batch, in order; the caller disposes each.</summary>
    /// <param name="first">The place of the batch's first case.</param>
    /// <exception cref="AmendException">They are not there.</exception>
    IEnumerable<Edit> Read(int first);

    /// <summary>Deletes them all, once the unit is done.</summary>
    void Delete();
}
