using Amend.Evaluation.Metrics;
using Amend.Models;

namespace Amend.Evaluation.Runs;

/// <summary>Asks the unedited model about the cases of a run, once for all rows.</summary>
/// <param name="work">The run.</param>
/// <param name="model">The model, without edits.</param>
/// <param name="clock">Counts the time.</param>
internal sealed class UneditedPass(RunWork work, LanguageModel model, PhaseClock clock)
{
    /// <summary>Asks about the cases that are not known, in their order; a stop is heeded between two passes.</summary>
    public void Ask(CancellationToken stop)
    {
        var (cases, plan, known) = (work.Cases, work.Plan, work.Results.Known());
        var live = new TimedAnswers(new LiveAnswers(model, plan.Asking), clock);
        using var answers = UneditedAnswers.Open(plan.CacheFolder, model, live, plan.Asking);
        var asker = new CaseAsker(answers);
        foreach (var chunk in Enumerable.Range(0, cases.Count).Where(place => !known.Contains(place)).Chunk(plan.Asking.BatchSize))
        {
            if (stop.IsCancellationRequested)
                return;
            var said = asker.Ask([.. chunk.Select(place => cases.Asked[place])], cases.Needs);
            var answered = chunk.Zip(said, (place, answer) => (place, cases.Asked[place].Id, answer));
            clock.Time(Phase.Writing, () => work.Results.AddUnedited(answered));
            work.Progress.Add("unedited answers", chunk.Length);
        }
    }
}
