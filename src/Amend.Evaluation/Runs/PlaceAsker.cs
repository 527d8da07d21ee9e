using Amend.Evaluation.Metrics;
using Amend.Models;

namespace Amend.Evaluation.Runs;

/// <summary>Asks a model about the cases of a run by their places; what it says without edits is known and not asked again.</summary>
/// <param name="work">The run.</param>
/// <param name="model">The model.</param>
/// <param name="asker">Asks it.</param>
internal sealed class PlaceAsker(RunWork work, LanguageModel model, CaseAsker asker)
{
    /// <summary>What the model says to cases, to all that is asked of them.</summary>
    public IReadOnlyList<CaseAnswers> Ask(IReadOnlyList<int> places) => model.Applied.Ids.Count == 0
        ? work.Results.Unedited(places, work.Cases)
        : asker.Ask([.. places.Select(place => work.Cases.Asked[place])], work.Cases.Needs);

    /// <summary>What the model says to a case's own prompt, with the wanted answer given; without edits, to all that is asked.</summary>
    public CaseAnswers AskOwnPrompt(int place) => model.Applied.Ids.Count == 0
        ? Ask([place])[0]
        : asker.Ask(work.Cases.Asked[place], MetricNeeds.Rewrite);
}
