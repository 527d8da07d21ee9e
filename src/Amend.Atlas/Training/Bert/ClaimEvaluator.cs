using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Atlas.Suites;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Atlas.Training.Bert;

/// <summary>Measures how many claims of a world a classifier judges rightly: in forms that training shows, and in held-out ones.</summary>
internal sealed class ClaimEvaluator
{
    private const int SampleSize = 250;
    private readonly AtlasWorld _world;
    private readonly ClaimPlan _plan;
    private readonly int _seed;
    private readonly IReadOnlyList<ClassifiedRecord> _training;
    private readonly IReadOnlyList<ClassifiedRecord> _development;

    public ClaimEvaluator(AtlasWorld world, ClaimPlan plan, int seed)
    {
        var suite = new ClaimSuite(world, seed);
        (_world, _plan, _seed) = (world, plan, seed);
        (_training, _development) = (suite.Training(), suite.Development());
    }

    /// <summary>Judges everything.</summary>
    public ClaimReport All(LanguageModel model)
    {
        var shown = Shown().ToList();
        var development = Judge(model, _development.Select(Labelled));
        var byRelation = Judge(model, _training.Concat(_development).Select(Labelled)).Zip(_training.Concat(_development))
            .GroupBy(pair => pair.Second.Id.Split('/')[0])
            .ToDictionary(group => group.Key, group => ShareOf(group.Select(pair => pair.First.IsRight)));
        return new ClaimReport(
            ShareOf(Judge(model, shown).Select(one => one.IsRight)),
            ShareOf(Judge(model, _training.Select(Labelled)).Select(one => one.IsRight)),
            ShareOf(development.Select(one => one.IsRight)),
            ShareOf(Judge(model, _development.SelectMany(Paraphrases)).Select(one => one.IsRight)),
            ShareOf(development.Select(one => Math.Abs(one.Logit) >= ClaimReport.WideMargin)),
            byRelation);
    }

    /// <summary>Judges the first claims of the development part, and a paraphrase of each.</summary>
    public IReadOnlyDictionary<string, double> Sample(LanguageModel model)
    {
        var sample = _development.Take(SampleSize).ToList();
        return new Dictionary<string, double>
        {
            ["accuracy"] = ShareOf(Judge(model, sample.Select(Labelled)).Select(one => one.IsRight)).Percent,
            ["paraphrases"] = ShareOf(Judge(model, sample.Select(claim => Paraphrases(claim).First())).Select(one => one.IsRight)).Percent,
        };
    }

    private static List<(bool IsRight, double Logit)> Judge(LanguageModel model, IEnumerable<(string Text, string Label)> claims)
    {
        var given = claims.ToList();
        var probabilities = new TextClassifier(model).Probabilities([.. given.Select(claim => model.Tokenize(claim.Text).Ids)]);
        return [.. given.Zip(probabilities, (claim, p) => ((p[1] > p[0]) == (claim.Label == Claim.Supports), Math.Log(p[1] / p[0])))];
    }

    private static (string Text, string Label) Labelled(ClassifiedRecord claim) => (claim.Classification.Text, claim.Classification.Label);

    private static IEnumerable<(string Text, string Label)> Paraphrases(ClassifiedRecord claim) =>
        claim.Paraphrases.Select(text => (text, claim.Classification.Label));

    /// <summary>A true and a false claim of each fact in forms that training may show.</summary>
    private IEnumerable<(string Text, string Label)> Shown()
    {
        foreach (var fact in _world.Facts.Where(fact => _plan.Trained(fact).Count > 0 && fact.Relation.Objects.Count > 1))
        {
            var random = StableRandom.For(_seed, $"shown claim\t{fact.Key}");
            foreach (var claim in (Claim[])[new(fact, fact.Object), new(fact, OtherObjects.Draw(fact, random)!)])
                yield return (claim.In(_plan.Trained(fact)[random.Next(_plan.Trained(fact).Count)]), claim.Label);
        }
    }

    private static Share ShareOf(IEnumerable<bool> right)
    {
        var list = right.ToList();
        return new Share(list.Count(one => one), list.Count);
    }
}
