using Amend.Editing.HyperNetworks.Objectives;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>Settings of the training of EFK's network; defaults are those of eric-mitchell/mend, but for the lengths.</summary>
public sealed record EfkNetworkOptions : EditObjectiveOptions
{
    /// <summary>Starts with fewer validations than MEND, each of which is a pass of its own.</summary>
    public EfkNetworkOptions() => ValidationEdits = 100;

    /// <summary>Adam's learning rate; 1e-5 by default.</summary>
    public double Lr { get; init; } = 1e-5;

    /// <summary>States of each direction of the LSTM, and of the layer in each head; 512 by default.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Numbers of the condition; 768 by default.</summary>
    public int ConditionSize { get; init; } = 768;

    /// <summary>What the condition's text says; the edited sentence by default.</summary>
    public ConditionForm Condition { get; init; } = ConditionForm.Sentence;

    /// <summary>Tokens of the condition's text, at most; 64 by default.</summary>
    public int ConditionTokens { get; init; } = 64;

    /// <summary>What no update's scale is above; 1 by default.</summary>
    public double MaxScale { get; init; } = 1;

    /// <summary>The form of the network.</summary>
    internal NetworkForm Form => new(new NetworkSizes(Hidden, ConditionSize), new ConditionText(Condition, ConditionTokens), MaxScale);

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Rate("lr", Lr);
        problems.Count("hidden", Hidden);
        problems.Count("condition_size", ConditionSize);
        problems.Count("condition_tokens", ConditionTokens, least: 8);
        problems.Positive("max_scale", MaxScale);
    }
}
