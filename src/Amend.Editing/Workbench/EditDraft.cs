using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Amend.Models.Scoring;

namespace Amend.Editing.Workbench;

/// <summary>
/// An edit in the making: begun before the method looks at the model, so that its record has the time and the probability from
/// before, and finished with the changes that the method found.
/// </summary>
/// <param name="task">What is asked.</param>
/// <param name="editor">The editor's name.</param>
/// <param name="settings">Every setting of the editor.</param>
/// <param name="before">The probability of the targets, see <see cref="Probability"/>, before the edit.</param>
internal sealed class EditDraft(EditTask task, string editor, JsonObject settings, double before)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The probability of the targets as the model is now, the mean over the requests.</summary>
    public static double Probability(EditTask task)
    {
        var scores = new TargetScorer(task.Model).Score([.. task.Requests.Select(request => (request.FilledPrompt, request.TargetNew))]);
        return scores.Average(score => score.Probability);
    }

    /// <summary>Applies the changes as an edit with its record.</summary>
    /// <param name="deltas">The change of each weight; the edit takes them over, and a failure leaves them to the caller.</param>
    /// <param name="solution">How they were found.</param>
    /// <returns>The applied edit; the caller disposes it.</returns>
    /// <exception cref="ArithmeticException">The changes, or the probabilities with them, are no numbers.</exception>
    public Edit Apply(DeltaSet deltas, Solution solution)
    {
        task.Post.Update(task.Model, deltas, task.Pace);
        double? norm = deltas.FrobeniusNorm() is { } found ? Finite(found, "norm of the change") : null;
        var after = Finite(ProbabilityWith(deltas), "probability of the target with the change");
        var record = new EditRecord
        {
            Request = task.Requests[0],
            TogetherWith = [.. task.Requests.Skip(1)],
            Editor = editor,
            Settings = settings,
            Layers = solution.Layers,
            Statistics = solution.Statistics,
            Network = solution.Network,
            Seed = task.Context.Seed,
            ContextTemplates = task.Templates.Texts,
            Model = task.Model.Name,
            ModelType = task.Model.ModelType,
            BaseWeightsHash = task.Model.BaseHash,
            AppliedBefore = task.Model.Applied.Ids,
            Losses = solution.Losses,
            Converged = solution.Converged,
            ProbabilityBefore = before,
            ProbabilityAfter = after,
            Denominator = solution.Denominator,
            Supersedes = task.Context.Supersedes is { Count: > 0 } below ? below : null,
            DeltaNorm = norm,
            Seconds = _clock.Elapsed.TotalSeconds,
            Version = LibraryVersion.Current,
            Time = DateTimeOffset.UtcNow,
        };
        task.Pace.Report("writing the change", 1, 1);
        var edit = new Edit(record, deltas.ToEffects());
        task.Model.Applied.Apply(edit.Id, edit.Effects);
        deltas.Release(); // Only now, so that the changes have one owner whatever fails.
        return edit;
    }

    private double ProbabilityWith(DeltaSet deltas)
    {
        using var trial = new DeltaTrial(task.Model);
        trial.Apply(deltas.ToEffects());
        return Probability(task);
    }

    private double Finite(double value, string what) => double.IsFinite(value)
        ? value
        : throw new ArithmeticException(
            $"The {what} that {editor} found for '{task.Requests[0].FilledPrompt}' is {value.ToString(CultureInfo.InvariantCulture)}, "
            + "so nothing was written; use a lower rate or factor, or another layer.");
}
