using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Questions;

/// <summary>
/// Which facts a model that answers questions is never told, so that they can be taught by editing, and which wordings it never sees of
/// those that it is told. A fact's part depends on the seed, its subject and its relation alone.
/// </summary>
/// <param name="seed">The seed.</param>
public sealed class QuestionPlan(int seed)
{
    /// <summary>The share of the subjects about which nothing is told.</summary>
    public const double UntoldShare = 0.12;

    /// <summary>The wordings of a told fact that are never shown.</summary>
    public const int HeldOutForms = 3;

    /// <summary>The wordings of an untold fact that are edited; its others tell whether an edit reaches them.</summary>
    public const int EditedForms = 4;

    /// <summary>Whether nothing about a fact's subject is told.</summary>
    public bool IsUntold(Fact fact) => StableRandom.For(seed, $"questions\t{fact.Subject}").NextDouble() < UntoldShare;

    /// <summary>The wordings that training may show of a told fact, in a drawn order.</summary>
    public IReadOnlyList<string> Shown(Fact fact) => [.. Shuffled(fact).Skip(HeldOutForms)];

    /// <summary>The wordings of a told fact that training never shows, in a drawn order.</summary>
    public IReadOnlyList<string> HeldOut(Fact fact) => [.. Shuffled(fact).Take(HeldOutForms)];

    /// <summary>The wordings in which an untold fact is edited, in a drawn order.</summary>
    public IReadOnlyList<string> Edited(Fact fact) => [.. Shuffled(fact).Take(EditedForms)];

    /// <summary>The other wordings of an untold fact, in a drawn order.</summary>
    public IReadOnlyList<string> Rephrased(Fact fact) => [.. Shuffled(fact).Skip(EditedForms)];

    private string[] Shuffled(Fact fact)
    {
        string[] forms = [.. QuestionForms.Of(fact.Relation)];
        StableRandom.For(seed, $"question forms\t{fact.Key}").Shuffle(forms);
        return forms;
    }
}
