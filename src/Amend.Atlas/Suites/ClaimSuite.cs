using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// True and false claims of a world, as FEVER's: in the development part one of each fact, in the training part a true and a false one.
/// Each has paraphrases, four in other held-out forms and one by a rule, and unrelated claims of the same part, half of them of the
/// same relation. No model is asked.
/// </summary>
internal sealed class ClaimSuite
{
    private const int DevelopmentNeighbors = 4;
    private const int TrainingNeighbors = 2;
    private readonly AtlasWorld _world;
    private readonly ClaimPlan _plan;
    private readonly int _seed;

    public ClaimSuite(AtlasWorld world, int seed) => (_world, _plan, _seed) = (world, new ClaimPlan(seed), seed);

    /// <summary>The development part: a claim of each of its facts, every other one false, in a drawn order.</summary>
    public IReadOnlyList<ClassifiedRecord> Development()
    {
        var facts = FactsOf(isDevelopment: true);
        return Records([.. facts.Index().Select(one => Claim(one.Item, isTrue: one.Index % 2 == 0, first: 0))], DevelopmentNeighbors);
    }

    /// <summary>The training part: a true and a false claim of each of its facts, in a drawn order.</summary>
    public IReadOnlyList<ClassifiedRecord> Training()
    {
        ClaimDraft[] claims =
        [
            .. FactsOf(isDevelopment: false).SelectMany(fact => (ClaimDraft[])[Claim(fact, true, first: 0), Claim(fact, false, first: 1)]),
        ];
        StableRandom.For(_seed, "training claims").Shuffle(claims);
        return Records(claims, TrainingNeighbors);
    }

    /// <summary>The facts of a part that have another object to claim, in a drawn order.</summary>
    private Fact[] FactsOf(bool isDevelopment)
    {
        Fact[] facts =
        [
            .. _world.Facts.Where(fact => _plan.IsDevelopment(fact) == isDevelopment && fact.Relation.Objects.Count > 1
                && _plan.HeldOut(fact).Count == ClaimPlan.HeldOutForms),
        ];
        StableRandom.For(_seed, "claimed facts").Shuffle(facts);
        return facts;
    }

    /// <summary>A claim in one of the held-out forms; the others, and the same one behind an assurance, are its paraphrases.</summary>
    private ClaimDraft Claim(Fact fact, bool isTrue, int first)
    {
        var random = StableRandom.For(_seed, $"claim\t{fact.Key}\t{first}");
        var claim = new Claim(fact, isTrue ? fact.Object : OtherObjects.Draw(fact, random)!);
        var forms = _plan.HeldOut(fact);
        var assured = forms[first] with { Assurance = ClaimForms.Assurances[random.Next(ClaimForms.Assurances.Count)] };
        return new ClaimDraft(
            claim, claim.In(forms[first]), [.. forms.Where((_, form) => form != first).Append(assured).Select(claim.In)]);
    }

    private List<ClassifiedRecord> Records(IReadOnlyList<ClaimDraft> claims, int neighbors)
    {
        var byRelation = claims.GroupBy(claim => claim.Claim.Fact.Relation.Id).ToDictionary(group => group.Key, group => group.ToArray());
        return [.. claims.Select(claim => Record(claim, Neighbors(claim, byRelation[claim.Claim.Fact.Relation.Id], claims, neighbors)))];
    }

    private List<ClaimDraft> Neighbors(
        ClaimDraft claim, IReadOnlyList<ClaimDraft> sameRelation, IReadOnlyList<ClaimDraft> all, int count)
    {
        var random = StableRandom.For(_seed, $"unrelated claims\t{claim.Id}");
        var near = Unrelated(claim, sameRelation, random).Take(count / 2).ToList();
        return [.. near, .. Unrelated(claim, all, random).Where(other => !near.Contains(other)).Take(count - near.Count)];
    }

    /// <summary>Claims about other subjects, in which this one's is not named, in a drawn order.</summary>
    private static IEnumerable<ClaimDraft> Unrelated(ClaimDraft claim, IReadOnlyList<ClaimDraft> among, Random random)
    {
        int[] order = [.. Enumerable.Range(0, among.Count)];
        random.Shuffle(order);
        var fact = claim.Claim.Fact;
        return order.Select(i => among[i])
            .Where(other => !Mention.Of(fact.Subject, other.Text) && !Mention.Of(other.Claim.Fact.Subject, claim.Text));
    }

    private static ClassifiedRecord Record(ClaimDraft claim, IEnumerable<ClaimDraft> neighbors) => new()
    {
        Id = claim.Id,
        Paraphrases = claim.Paraphrases,
        Neighborhood = [.. neighbors.Select(other => new AnsweredPrompt(other.Text, [other.Claim.Label]))],
        Classification = new ClassifiedText(claim.Text, claim.Claim.Label, [Claims.Claim.Refutes, Claims.Claim.Supports]),
    };

    /// <summary>A claim with its wordings.</summary>
    private sealed record ClaimDraft(Claim Claim, string Text, IReadOnlyList<string> Paraphrases)
    {
        /// <summary>The relation, the subject and the claimed object.</summary>
        public string Id => $"{Claim.Fact.Relation.Id}/{Claim.Fact.Subject}/{Claim.Object}";
    }
}
