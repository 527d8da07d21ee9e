using System.Text.Json.Serialization;
using Amend.Editing;
using Amend.Models.Generation;

namespace Amend.Shipping.Gates;

/// <summary>What a model says with edits, beside what it said without any.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Edits">The ids of the edits, in order.</param>
/// <param name="NotAsked">Those of them for which nothing was asked: their facts are not known, or a later edit takes their place.</param>
/// <param name="Questions">Every question for the others, with its answers.</param>
public sealed record CheckReport(
    string Model, IReadOnlyList<string> Edits, IReadOnlyList<string> NotAsked, IReadOnlyList<CheckedQuestion> Questions)
{
    /// <summary>Perplexity of the fixed text; null where it was not measured.</summary>
    public CheckedPerplexity? Perplexity { get; init; }

    /// <summary>The facts of the probe; null where none was given before.</summary>
    public CheckedProbe? Probe { get; init; }

    /// <summary>Every figure that a gate can hold, by its name; those that could not be measured are left out.</summary>
    public IReadOnlyDictionary<string, CheckFigure> Figures => CheckMeasures.All
        .Select(measure => (measure.Name, Figure: measure.Of(this)))
        .Where(measured => measured.Figure is not null)
        .ToDictionary(measured => measured.Name, measured => measured.Figure!);

    /// <summary>The shares of questions that hold: a row for each form in which they were asked.</summary>
    [JsonIgnore]
    public IReadOnlyList<CheckShares> Shares =>
    [
        .. from form in Enum.GetValues<CheckForm>()
           let shares = new CheckShares(
               form, Share(form, AskedKind.Prompt), Share(form, AskedKind.Paraphrase), Share(form, AskedKind.Neighbor))
           where shares.All.Any(share => share is not null)
           select shares,
    ];

    /// <summary>The questions that do not hold in every form.</summary>
    [JsonIgnore]
    public IReadOnlyList<CheckedQuestion> Failed => [.. Questions.Where(question => !question.HoldsInAll)];

    /// <summary>Puts together what a model said in two states.</summary>
    internal static CheckReport Of(string model, CheckPlan plan, StateAnswers before, StateAnswers after) =>
        new(model, plan.Edits, plan.NotAsked, [.. plan.Questions.Select((question, i) => CheckedQuestion.Of(question, i, before, after))])
        {
            Perplexity = before.Perplexity is { } without && after.Perplexity is { } with ? new CheckedPerplexity(without, with) : null,
            Probe = before.Probe.Count(known => known) is > 0 and var known
                ? new CheckedProbe(before.Probe.Count, known, before.Probe.Zip(after.Probe).Count(fact => fact.First && fact.Second))
                : null,
        };

    private CheckFigure? Share(CheckForm form, AskedKind kind) =>
        CheckMeasures.All.First(measure => measure.Form == form && measure.Kind == kind).Of(this);
}

/// <summary>How many questions of one form hold; null where none was asked.</summary>
/// <param name="Form">The form.</param>
/// <param name="Prompts">Edited prompts that give the new object.</param>
/// <param name="Paraphrases">Paraphrases that give it.</param>
/// <param name="Neighbors">Neighbours that keep their answer.</param>
public sealed record CheckShares(CheckForm Form, CheckFigure? Prompts, CheckFigure? Paraphrases, CheckFigure? Neighbors)
{
    /// <summary>The three, in this order.</summary>
    public IReadOnlyList<CheckFigure?> All => [Prompts, Paraphrases, Neighbors];

    /// <summary>The form and the three as the cells of a table.</summary>
    public IEnumerable<string> Cells =>
    [
        CheckMeasures.NameOf(Form),
        .. All.Select(share => share is null ? "" : FormattableString.Invariant($"{share.Held} of {share.Asked}")),
    ];
}

/// <summary>A question with what the model said.</summary>
/// <param name="Edit">The id of the edit that it is asked for.</param>
/// <param name="Kind">What it is to the edit.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Target">The edit's new object.</param>
public sealed record CheckedQuestion(string Edit, AskedKind Kind, string Prompt, string Target)
{
    /// <summary>Probability of the new object without edits, 0 to 1.</summary>
    public required double ProbabilityBefore { get; init; }

    /// <summary>Probability of the new object with the edits, 0 to 1.</summary>
    public required double ProbabilityAfter { get; init; }

    /// <summary>What the model writes without edits, up to the end of the clause; of a classifier its label.</summary>
    public required string AnswerBefore { get; init; }

    /// <summary>The same with the edits.</summary>
    public required string AnswerAfter { get; init; }

    /// <summary>What it answers behind its chat template without edits; null where there is none.</summary>
    public string? ChatBefore { get; init; }

    /// <summary>The same with the edits.</summary>
    public string? ChatAfter { get; init; }

    /// <summary>Whether the question is answered as it should be, in each form in which it was asked.</summary>
    public required IReadOnlyDictionary<CheckForm, bool> Holds { get; init; }

    /// <summary>Whether it is answered as it should be in all of them.</summary>
    public bool HoldsInAll => Holds.Values.All(holds => holds);

    /// <summary>What should have been said, for a table.</summary>
    [JsonIgnore]
    public string Wanted => Kind == AskedKind.Neighbor ? "as before" : Target;

    /// <summary>The forms in which it is not answered as it should be, separated by commas.</summary>
    [JsonIgnore]
    public string FailsIn => string.Join(", ", Holds.Where(form => !form.Value).Select(form => CheckMeasures.NameOf(form.Key)));

    /// <summary>One of the questions, answered in two states.</summary>
    internal static CheckedQuestion Of(CheckQuestion question, int place, StateAnswers before, StateAnswers after)
    {
        var (scored, written) = (after.Scored[place], after.Written[place]);
        var stays = question.Kind == AskedKind.Neighbor;
        var holds = new Dictionary<CheckForm, bool>
        {
            [CheckForm.Plain] = stays ? scored.LikeliestIds[0] == before.Scored[place].LikeliestIds[0] : scored.Score.IsGreedy,
        };
        if (after.Writes)
            holds[CheckForm.Free] = Says(before.Written[place], written);
        if (after.InChat.Count > 0 && before.InChat.Count > 0)
            holds[CheckForm.Chat] = Says(before.InChat[place], after.InChat[place]);
        return new CheckedQuestion(question.Edit, question.Kind, question.Prompt, question.Target)
        {
            ProbabilityBefore = before.Scored[place].Score.Probability,
            ProbabilityAfter = scored.Score.Probability,
            AnswerBefore = before.Written[place].Answer,
            AnswerAfter = written.Answer,
            ChatBefore = before.InChat.ElementAtOrDefault(place)?.Text.Trim(),
            ChatAfter = after.InChat.ElementAtOrDefault(place)?.Text.Trim(),
            Holds = holds,
        };

        bool Says(GeneratedAnswer was, GeneratedAnswer now) =>
            stays ? FreeAnswer.IsExact(now.Answer, was.Answer) : FreeAnswer.Contains(now.Text, question.Target);
    }
}

/// <summary>Perplexity of the fixed text.</summary>
/// <param name="Before">Without edits.</param>
/// <param name="After">With them.</param>
public sealed record CheckedPerplexity(double Before, double After)
{
    /// <summary>With the edits, in units of that without.</summary>
    public double Ratio => After / Before;
}

/// <summary>What became of the probe's facts.</summary>
/// <param name="Asked">How many were asked.</param>
/// <param name="Known">How many of them the model gives without edits.</param>
/// <param name="Kept">How many of those it gives with them.</param>
public sealed record CheckedProbe(int Asked, int Known, int Kept);
