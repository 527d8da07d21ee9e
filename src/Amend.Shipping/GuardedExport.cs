using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;
using Amend.Shipping.Importing;

namespace Amend.Shipping;

/// <summary>An export that is checked: the model before anything is written, and what was written before it is at its place.</summary>
/// <param name="model">The model's folder or GGUF file.</param>
/// <param name="store">Its edits.</param>
/// <param name="guard">What must hold.</param>
internal sealed class GuardedExport(string model, EditStore store, ExportGuard guard)
{
    /// <summary>Checks, writes, reads again and checks.</summary>
    /// <param name="edits">The edits that are exported.</param>
    /// <param name="to">The place.</param>
    /// <param name="write">Writes them at the place that it is given.</param>
    /// <param name="progress">Told how far the askings are; nobody by default.</param>
    /// <param name="stop">Ends the work between two steps.</param>
    /// <returns>What was written, with what the checks found.</returns>
    /// <exception cref="GateException">The gate refuses the model or what was written; nothing is at the place then.</exception>
    /// <exception cref="LostEditException">What was written lost an edit; nothing is at the place then.</exception>
    public ExportOutcome Write(
        ShippedEdits edits, string to, Func<string, ExportOutcome> write, IProgress<TensorProgress>? progress, CancellationToken stop)
    {
        var check = ModelCheck.Run(model, store, edits.Ids, guard.Check, new CheckSteps(progress, stop).Begin);
        guard.Gate?.Judge(check.Report).Require($"'{check.Report.Model}' with {edits.Ids.Count} edits, so nothing is written");
        if (!guard.Verifies)
            return write(to) with { Check = check.Report };
        using var place = UnverifiedPlace.For(to);
        var outcome = write(place.Path);
        stop.ThrowIfCancellationRequested();
        var written = Ask(check, place.Path);
        guard.Gate?.Judge(written).Require($"what was written for '{to}', so it is removed");
        RefuseLost(check.Report, written, to);
        place.Accept();
        return outcome with { Path = to, Check = check.Report, Verified = written };
    }

    private static void RefuseLost(CheckReport meant, CheckReport written, string to)
    {
        CheckedQuestion[] lost =
        [
            .. meant.Questions.Zip(written.Questions)
                .Where(asked => asked.First.Kind != AskedKind.Neighbor)
                .Where(asked => asked.First.Holds[CheckForm.Plain] && !asked.Second.Holds[CheckForm.Plain])
                .Select(asked => asked.Second),
        ];
        if (lost is not [var first, ..])
            return;
        var ids = lost.Select(question => question.Edit).Distinct().ToArray();
        throw new LostEditException(
            ids,
            $"What was written for '{to}' loses {ids.Length} of {meant.Edits.Count} edits ({string.Join(", ", ids)}): "
            + $"to '{first.Prompt}' it says '{first.AnswerAfter}' and not '{first.Target}'; "
            + "it is removed, so write it in a wider type, or with a higher rank.");
    }

    private CheckReport Ask(ModelCheck check, string path)
    {
        if (BuiltInImporters.All.FirstOrDefault(one => one.Reads(path)) is not { } importer)
        {
            using var written = LanguageModel.Load(path, guard.Check.Load);
            return check.Of(written);
        }

        using var stored = StoredModel.Open(model);
        using var edit = importer.Read(new ImportJob(path, stored, store.BaseHash, []));
        using var loaded = LanguageModel.Load(model, guard.Check.Load);
        loaded.Applied.Apply(edit.Id, edit.Effects);
        return check.Of(loaded);
    }
}
