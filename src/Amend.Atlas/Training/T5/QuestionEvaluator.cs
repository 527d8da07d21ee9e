using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Tokenizers;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Atlas.Training.T5;

/// <summary>
/// Measures how many questions about a world a model answers exactly. An answer is scored in one pass with the right one given, which finds
/// the same as greedy generation as long as every token of it is right.
/// </summary>
internal sealed class QuestionEvaluator(AtlasWorld world, QuestionPlan plan)
{
    private const int SampleSize = 400;
    private const int BatchSize = 64;

    /// <summary>Asks about everything.</summary>
    public QuestionReport All(LanguageModel model)
    {
        var told = Told().ToList();
        var shown = Ask(model, told.SelectMany(fact => plan.Shown(fact).Select(form => (fact, form))));
        var heldOut = Ask(model, told.SelectMany(fact => plan.HeldOut(fact).Select(form => (fact, form))));
        var untold = Ask(model, Untold().SelectMany(fact => plan.Edited(fact).Concat(plan.Rephrased(fact)).Select(form => (fact, form))));
        return new QuestionReport(
            ShareOf(shown.Select(one => one.IsRight)),
            ShareOf(heldOut.Select(one => one.IsRight)),
            ShareOf(untold.Select(one => one.IsRight)),
            heldOut.GroupBy(one => one.Fact.Relation.Id)
                .ToDictionary(group => group.Key, group => ShareOf(group.Select(one => one.IsRight))));
    }

    /// <summary>Asks about some told facts, in a shown and in a held-out wording.</summary>
    public IReadOnlyDictionary<string, double> Sample(LanguageModel model)
    {
        Fact[] sample = [.. Told()];
        StableRandom.For(0, "question sample").Shuffle(sample);
        Share Of(Func<Fact, string> form) =>
            ShareOf(Ask(model, sample.Take(SampleSize).Select(fact => (fact, form(fact)))).Select(one => one.IsRight));
        return new Dictionary<string, double>
        {
            ["shown"] = Of(fact => plan.Shown(fact)[0]).Percent,
            ["held_out"] = Of(fact => plan.HeldOut(fact)[0]).Percent,
        };
    }

    private IEnumerable<Fact> Told() => world.Facts.Where(fact => !plan.IsUntold(fact));

    private IEnumerable<Fact> Untold() => world.Facts.Where(plan.IsUntold);

    private static List<(Fact Fact, bool IsRight)> Ask(LanguageModel model, IEnumerable<(Fact Fact, string Form)> questions)
    {
        var tokenizer = (PipelineTokenizer)model.Tokenizer;
        var rows = questions.Select(one => (
                one.Fact, Row: QuestionRow.Of(tokenizer, QuestionForms.Ask(one.Form, one.Fact.Subject), one.Fact.Object)))
            .OrderBy(one => one.Row.Question.Count).ToList();
        return [.. rows.Chunk(BatchSize)
            .SelectMany(chunk => chunk.Zip(Score(model, [.. chunk.Select(one => one.Row)]), (one, isRight) => (one.Fact, isRight)))];
    }

    private static List<bool> Score(LanguageModel model, IReadOnlyList<QuestionRow> rows)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (logits, ids) = new AnswerPass((EncoderDecoder)model.Transformer).Run(rows);
        var hits = logits.argmax(-1).eq(ids).data<bool>().ToArray();
        var (right, at) = (new List<bool>(), 0);
        foreach (var row in rows)
        {
            right.Add(!hits.AsSpan(at, row.Answer.Count).Contains(false));
            at += row.Answer.Count;
        }

        return right;
    }

    private static Share ShareOf(IEnumerable<bool> right)
    {
        var list = right.ToList();
        return new Share(list.Count(one => one), list.Count);
    }
}
