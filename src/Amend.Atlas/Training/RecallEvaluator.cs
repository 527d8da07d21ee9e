using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>
/// Measures recall: whether the greedy continuation of a fact's phrasing is exactly its object and ends there. Scored in one
/// pass with the object appended, which gives the same tokens as greedy generation as long as every one of them is right.
/// </summary>
public sealed class RecallEvaluator
{
    private const int BatchSize = 64;
    private readonly LanguageModel model;
    private readonly AtlasWorld world;
    private readonly HeldOutPlan plan;
    private readonly bool[] continuesWord;

    /// <summary>Creates an evaluator of a model over a world.</summary>
    public RecallEvaluator(LanguageModel model, AtlasWorld world, HeldOutPlan plan)
    {
        this.model = model;
        this.world = world;
        this.plan = plan;
        continuesWord = [.. Enumerable.Range(0, model.Shape.Vocabulary).Select(id => model.Tokenizer.Decode([id]) is { Length: > 0 } text && char.IsLetterOrDigit(text[0]))];
    }

    /// <summary>Measures all facts in all phrasings.</summary>
    public RecallReport All() => Measure(world.Facts);

    /// <summary>Measures a fixed sample of the facts, without the prefixes.</summary>
    public string Sample(int facts)
    {
        var sample = world.Facts.ToArray();
        StableRandom.For(0, "recall sample").Shuffle(sample);
        var byRelation = ByRelation(sample.Take(facts), foreign: false);
        return $"trained {Sum(byRelation, r => r.Trained)}, held out {Sum(byRelation, r => r.HeldOut)}";
    }

    /// <summary>Whether each prompt's greedy continuation is exactly the object.</summary>
    public bool[] Recalls(IReadOnlyList<(string Prompt, string Object)> questions)
    {
        var right = new bool[questions.Count];
        var order = Enumerable.Range(0, questions.Count).OrderBy(i => questions[i].Prompt.Length).ToArray();
        foreach (var chunk in order.Chunk(BatchSize))
        {
            var results = Score([.. chunk.Select(i => questions[i])]);
            for (var i = 0; i < chunk.Length; i++)
                right[chunk[i]] = results[i];
        }

        return right;
    }

    private RecallReport Measure(IReadOnlyList<Fact> facts)
    {
        var (plain, foreign) = (ByRelation(facts, foreign: false), ByRelation(facts, foreign: true));
        return new RecallReport(
            Sum(plain, r => r.Trained), Sum(plain, r => r.HeldOut), Sum(foreign, r => r.Trained), Sum(foreign, r => r.HeldOut), plain);
    }

    private Dictionary<string, (Share Trained, Share HeldOut)> ByRelation(IEnumerable<Fact> facts, bool foreign)
    {
        var asked = facts.SelectMany(fact => Enumerable.Range(0, fact.Relation.Phrasings.Count).Select(phrasing => (Fact: fact, Phrasing: phrasing))).ToList();
        var right = Recalls([.. asked.Select(a => ((foreign ? Foreign(a.Fact, a.Phrasing) + " " : "") + Prompt(a.Fact, a.Phrasing), a.Fact.Object))]);
        return asked.Select((a, i) => (a.Fact.Relation.Id, HeldOut: !plan.Trained(a.Fact).Contains(a.Phrasing), Right: right[i]))
            .GroupBy(a => a.Id)
            .ToDictionary(g => g.Key, g => (ShareOf(g.Where(a => !a.HeldOut).Select(a => a.Right)), ShareOf(g.Where(a => a.HeldOut).Select(a => a.Right))));
    }

    private string Foreign(Fact fact, int phrasing)
    {
        var random = StableRandom.For(1, $"foreign\t{fact.Key}\t{phrasing}");
        var other = world.Facts[random.Next(world.Facts.Count)];
        while (other.Subject == fact.Subject)
            other = world.Facts[random.Next(world.Facts.Count)];
        return PassageWriter.Sentence(other, random.Next(other.Relation.Statements.Count)).Text;
    }

    private bool[] Score((string Prompt, string Object)[] questions)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var prompts = questions.Select(q => model.Tokenizer.Encode(q.Prompt).Ids).ToArray();
        var objects = questions.Select(q => model.Tokenizer.Encode(" " + q.Object).Ids).ToArray();
        var batch = TokenBatch.Pad([.. prompts.Zip(objects, (p, o) => (IReadOnlyList<int>)[.. p, .. o])], model.Tokenizer.EndOfText);
        var width = (int)batch.Ids.shape[1];
        var best = model.Logits(batch).argmax(-1).data<long>().ToArray();
        return [.. questions.Select((_, row) =>
        {
            var from = row * width + prompts[row].Count - 1;
            var isObject = Enumerable.Range(0, objects[row].Count).All(t => best[from + t] == objects[row][t]);
            return isObject && !continuesWord[best[from + objects[row].Count]];
        })];
    }

    private static string Prompt(Fact fact, int phrasing) => fact.Relation.Phrasings[phrasing].Replace("{}", fact.Subject, StringComparison.Ordinal);

    private static Share ShareOf(IEnumerable<bool> right)
    {
        var list = right.ToList();
        return new Share(list.Count(r => r), list.Count);
    }

    private static Share Sum(Dictionary<string, (Share Trained, Share HeldOut)> byRelation, Func<(Share Trained, Share HeldOut), Share> part) =>
        new(byRelation.Values.Sum(r => part(r).Right), byRelation.Values.Sum(r => part(r).Of));
}
