using Amend.Editing.HyperNetworks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>Settings of the training of EFK's network; defaults are those of eric-mitchell/mend, but for the lengths.</summary>
public sealed record EfkNetworkOptions : NetworkOptions
{
    /// <summary>
    /// Modules whose weights are changed in each layer, by the endings of their names in the checkpoint, such as <c>mlp.c_fc</c>; the
    /// MLP's matrices where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>Adam's learning rate; 1e-5 by default.</summary>
    public double Lr { get; init; } = 1e-5;

    /// <summary>Edits a step, each made alone, whose gradients are averaged; 10 by default.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>The highest norm of a step's gradient; 100 by default.</summary>
    public double GradClip { get; init; } = 100;

    /// <summary>The weight of the edit's loss; 0.1 by default.</summary>
    public double CEdit { get; init; } = 0.1;

    /// <summary>The weight of the divergence on texts that are kept; 1 by default.</summary>
    public double CLoc { get; init; } = 1;

    /// <summary>Texts an edit that are kept: neighbours, or prompts of other requests; 1 by default.</summary>
    public int Neighbors { get; init; } = 1;

    /// <summary>Most requests that are validated, the first ones; 100 by default.</summary>
    public int ValidationEdits { get; init; } = 100;

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
        problems.Count("batch_size", BatchSize);
        problems.Positive("grad_clip", GradClip);
        problems.NotNegative("c_edit", CEdit);
        problems.NotNegative("c_loc", CLoc);
        problems.Count("neighbors", Neighbors, least: 0);
        problems.Count("validation_edits", ValidationEdits);
        problems.Count("hidden", Hidden);
        problems.Count("condition_size", ConditionSize);
        problems.Count("condition_tokens", ConditionTokens, least: 8);
        problems.Positive("max_scale", MaxScale);
    }
}
