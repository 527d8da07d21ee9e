using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>
/// The edits of a unit that stay until its end, as files in the run's folder, so that a run that was killed has them again.
/// </summary>
/// <param name="folder">The unit's own folder; null where the run has none.</param>
internal sealed class KeptEdits(string? folder) : IKeptEdits
{
    /// <summary>The edits of a unit.</summary>
    public static IKeptEdits Of(RunPlan plan, RunUnit unit) =>
        plan.KeepEdits?.Invoke(unit) ?? new KeptEdits(plan.Folder is null ? null : Path.Combine(plan.Folder, "edits", unit.Id));

    /// <inheritdoc/>
    public void Add(int first, IReadOnlyList<Edit> edits)
    {
        if (folder is null)
            return;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < edits.Count; i++)
            EditFile.Write(edits[i], Path.Combine(folder, $"{first:D7}-{i:D5}.safetensors"));
    }

    /// <inheritdoc/>
    public IEnumerable<Edit> Read(int first)
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

    /// <inheritdoc/>
    public void Delete()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
