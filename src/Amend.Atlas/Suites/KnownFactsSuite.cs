using Amend.Atlas.Facts;
using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// Every fact of a world that a model answers rightly, in one of the phrasings it does so in; a statement where there is one.
/// </summary>
internal sealed class KnownFactsSuite
{
    private readonly KnownPrompts _known;
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<string>> _predict;
    private readonly int _seed;

    /// <summary>Creates the suite.</summary>
    /// <param name="known">What the model answers rightly.</param>
    /// <param name="predict">The model's text after each prompt.</param>
    /// <param name="seed">The seed of the phrasings.</param>
    public KnownFactsSuite(KnownPrompts known, Func<IReadOnlyList<string>, IReadOnlyList<string>> predict, int seed)
    {
        _known = known;
        _predict = predict;
        _seed = seed;
    }

    /// <summary>The facts, in the world's order.</summary>
    public IReadOnlyList<KnownFact> Facts()
    {
        var chosen = _known.World.Facts
            .Where(fact => _known.Of(fact).Count > 0)
            .Select(fact => (Fact: fact, Phrasing: Phrasing(fact)))
            .ToList();
        var predictions = _predict([.. chosen.Select(c => KnownPrompts.Prompt(c.Fact, c.Phrasing))]);
        return [.. chosen.Select((c, id) => new KnownFact
        {
            KnownId = id,
            Subject = c.Fact.Subject,
            Attribute = c.Fact.Object,
            Template = c.Fact.Relation.Phrasings[c.Phrasing],
            Prediction = predictions[id],
            Prompt = KnownPrompts.Prompt(c.Fact, c.Phrasing),
            RelationId = c.Fact.Relation.Id,
        })];
    }

    private int Phrasing(Fact fact)
    {
        var right = _known.Of(fact);
        var statements = right.Where(p => p < fact.Relation.Statements.Count).ToArray();
        var among = statements.Length > 0 ? statements : right;
        return among[StableRandom.For(_seed, $"known\t{fact.Key}").Next(among.Count)];
    }
}
