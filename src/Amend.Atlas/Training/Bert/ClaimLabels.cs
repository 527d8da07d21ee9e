using Amend.Atlas.Claims;
using Amend.Models.Families;

namespace Amend.Atlas.Training.Bert;

/// <summary>The labels of an atlas BERT: the logit of a claim's truth is the second less the first.</summary>
internal static class ClaimLabels
{
    /// <summary>REFUTES and SUPPORTS.</summary>
    public static LabelSet Set { get; } = new([Claim.Refutes, Claim.Supports], AreExclusive: true);

    /// <summary>The id of a label.</summary>
    public static long IdOf(bool isTrue) => isTrue ? 1 : 0;
}
