using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Claims;

/// <summary>
/// Which wordings of which facts a classifier of claims never sees in training, and which facts are edited in development. The claims
/// of the suites are in the held-out forms. A fact's part depends on the seed, its subject and its relation alone.
/// </summary>
/// <param name="seed">The seed.</param>
public sealed class ClaimPlan(int seed)
{
    /// <summary>The share of the subjects whose facts are those of the development part.</summary>
    public const double DevelopmentShare = 0.22;

    /// <summary>The forms of each fact that are held out: a claim and four paraphrases.</summary>
    public const int HeldOutForms = 5;

    /// <summary>Whether a fact is of the development part; no fact of its subject is of the other then.</summary>
    public bool IsDevelopment(Fact fact) => StableRandom.For(seed, $"claims\t{fact.Subject}").NextDouble() < DevelopmentShare;

    /// <summary>The forms of a fact that training never shows, in a drawn order.</summary>
    public IReadOnlyList<ClaimForm> HeldOut(Fact fact) => [.. Shuffled(fact).Take(HeldOutForms)];

    /// <summary>The forms of a fact that training may show.</summary>
    public IReadOnlyList<ClaimForm> Trained(Fact fact) => [.. Shuffled(fact).Skip(HeldOutForms)];

    private ClaimForm[] Shuffled(Fact fact)
    {
        ClaimForm[] forms = [.. ClaimForms.Of(fact.Relation)];
        StableRandom.For(seed, $"claim forms\t{fact.Key}").Shuffle(forms);
        return forms;
    }
}
