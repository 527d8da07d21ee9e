using Amend.Editing.Adaptors;
using Amend.Editing.Codebooks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Grace;

/// <summary>
/// Settings of GRACE; names and defaults are those of Thartvigsen/GRACE's <c>config/editor/grace.yaml</c> where it has them.
/// </summary>
public sealed record GraceOptions : AdaptorOptions
{
    /// <summary>ε, the deferral radius of a new entry; 1 by default.</summary>
    public double Eps { get; init; } = 1;

    /// <summary>How inputs and keys are compared; Euclidean by default.</summary>
    public KeyDistance DistFn { get; init; } = KeyDistance.Euclidean;

    /// <summary>Which tokens get the value; those of the prompt before its last one by default, as in the authors' settings.</summary>
    public Replacement Replacement { get; init; } = Replacement.ReplacePrompt;

    /// <summary>What the value of a new entry begins as; random by default.</summary>
    public ValueStart ValInit { get; init; } = ValueStart.Cold;

    /// <summary>What happens to an entry whose label is asked near it; coverage by default.</summary>
    public Expansion EpsExpand { get; init; } = Expansion.Coverage;

    /// <summary>Adam's rate; 1 by default.</summary>
    public override double EditLr { get; init; } = 1;

    /// <summary>
    /// By which rule entries are added, expanded and split; the sound one by default, <c>published</c> for the authors' with its weak
    /// points (register of defects, D9).
    /// </summary>
    public CodebookRule Rule { get; init; } = CodebookRule.Sound;

    /// <summary>What each event carries.</summary>
    internal CodebookRules Rules => new()
    {
        Eps = Eps,
        Distance = DistFn,
        Replacement = Replacement,
        Expansion = EpsExpand,
        Rule = Rule,
    };

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Positive("eps", Eps);
    }
}

/// <summary>What the value of a new entry begins as.</summary>
public enum ValueStart
{
    /// <summary>Uniform random numbers in [0,1).</summary>
    Cold,

    /// <summary>What the layer gives out at the prompt's last token.</summary>
    Warm,
}
