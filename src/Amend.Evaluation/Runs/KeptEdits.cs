using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>
/// The edits of a unit that stay until its end, as files in the run's folder, so that a run that was killed has them again.
/// </summary>
/// <param name="folder">The unit's own folder; null where the run has none.</param>
internal sealed class KeptEdits(string? folder)
{
    /// <summary>The edits of a unit.</summary>
    public static KeptEdits Of(RunPlan plan, RunUnit unit) => new(plan.Folder is null ? null : Path.Combine(plan.Folder, "edits", unit.Id));

    /// <summary>Keeps the edits of a batch.</summary>
    /// <param name="first">The place of the batch's first case.</param>
    /// <param name="edits">The edits.</param>
    public void Add(int first, IReadOnlyList<Edit> edits)
    {
        if (folder is null)
            return;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < edits.Count; i++)
            EditFile.Write(edits[i], Path.Combine(folder, $"{first:D7}-{i:D5}.safetensors"));
    }

    /// <summary>The edits of a batch, in order; the caller disposes each.</summary>
    /// <exception cref="AmendException">They are not there.</exception>
    public IEnumerable<Edit> Of(int first)
    {
        string[] files = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, $"{first:D7}-*.safetensors").Order(StringComparer.Ordinal)]
            : [];
        return files.Length > 0
            ? files.Select(EditFile.Read)
            : throw new AmendException(
                $"The run has the measurements of case {first + 1} and not its edit, which is missing in '{folder}'; "
                + "give another --out to run from the start.");
    }

    /// <summary>Deletes them all, once the unit is done.</summary>
    public void Delete()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
