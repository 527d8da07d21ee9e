using Amend.Editing.HyperNetworks;
using Amend.Editing.Workbench;
using Amend.Tensors.Optimization;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// Settings of the training of KnowledgeEditor's network; defaults are those of De Cao et al. 2021 for their BERT, but for the lengths of
/// a training and of a validation.
/// </summary>
public sealed record KnowledgeNetworkOptions : NetworkOptions
{
    /// <summary>
    /// Modules whose weights are changed in each layer, by the endings of their names in the checkpoint, such as <c>output.dense</c>; all
    /// matrices of the blocks where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>What an edit is kept from changing; <c>kl</c> by default, the answers to other inputs.</summary>
    public UpdateConstraint Constraint { get; init; } = UpdateConstraint.Kl;

    /// <summary>Whether an edit is learned from one of its paraphrases too, P^x; false by default.</summary>
    public bool Views { get; init; }

    /// <summary>Rows of a batch: one edit, the others are to stay; 256 by default, or all requests where there are fewer.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The learning rate of centred RMSprop; 3e-4 by default.</summary>
    public double Lr { get; init; } = 3e-4;

    /// <summary>The learning rate of the multipliers' ascent; 0.1 by default.</summary>
    public double MultiplierLr { get; init; } = 0.1;

    /// <summary>Steps over which both rates rise; 1,000 by default.</summary>
    public int WarmUp { get; init; } = 1000;

    /// <summary>The step at which both rates have fallen to 0; 200,000 by default, whatever the steps.</summary>
    public int DecaySteps { get; init; } = 200_000;

    /// <summary>The margin of the divergence at first; 0.1 by default.</summary>
    public double KlMargin { get; init; } = 0.1;

    /// <summary>The margin of the divergence at least; 1e-3 by default.</summary>
    public double KlMarginMin { get; init; } = 1e-3;

    /// <summary>The margin of the distance at first; 1e-6 by default.</summary>
    public double LpMargin { get; init; } = 1e-6;

    /// <summary>The margin of the distance at least; 1e-9 by default.</summary>
    public double LpMarginMin { get; init; } = 1e-9;

    /// <summary>What margins are multiplied by after a validation with enough successes; 0.8 by default.</summary>
    public double MarginFactor { get; init; } = 0.8;

    /// <summary>The share of validation edits that must be exceeded for that; 0.9 by default.</summary>
    public double MarginSuccess { get; init; } = 0.9;

    /// <summary>p of the distance; 2 by default.</summary>
    public double P { get; init; } = 2;

    /// <summary>ε of the edit's label-smoothed loss, ignored for classifiers; 0.1 by default.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Requests that a validation edits, the first of the data; 40 by default.</summary>
    public int ValidationEdits { get; init; } = 40;

    /// <summary>States of each direction of the LSTM, and of the layer in each head; 128 by default.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Numbers of the condition; 1,024 by default.</summary>
    public int ConditionSize { get; init; } = 1024;

    /// <summary>Tokens of the condition's text, at most; 32 by default.</summary>
    public int ConditionTokens { get; init; } = 32;

    /// <summary>What no update's scale is above; 1 by default.</summary>
    public double MaxScale { get; init; } = 1;

    /// <summary>The form of the network.</summary>
    internal NetworkForm Form => new(
        new NetworkSizes(Hidden, ConditionSize), new ConditionText(ConditionForm.Change, ConditionTokens), MaxScale);

    /// <summary>The rates of a schedule that rises to the highest and falls.</summary>
    internal WarmUpThenLinear RateOf(double highest) => new(highest, WarmUp, DecaySteps);

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Count("batch_size", BatchSize, least: 2);
        problems.Rate("lr", Lr);
        problems.Rate("multiplier_lr", MultiplierLr);
        problems.Count("warm_up", WarmUp);
        problems.Count("decay_steps", DecaySteps, least: WarmUp + 1);
        problems.NotNegative("kl_margin", KlMargin);
        problems.NotNegative("kl_margin_min", KlMarginMin);
        problems.NotNegative("lp_margin", LpMargin);
        problems.NotNegative("lp_margin_min", LpMarginMin);
        problems.Positive("margin_factor", MarginFactor);
        problems.Share("margin_success", MarginSuccess);
        problems.Positive("p", P);
        problems.Share("label_smoothing", LabelSmoothing);
        problems.Count("validation_edits", ValidationEdits);
        problems.Count("hidden", Hidden);
        problems.Count("condition_size", ConditionSize);
        problems.Count("condition_tokens", ConditionTokens, least: 8);
        problems.Positive("max_scale", MaxScale);
    }
}

/// <summary>What an edit is kept from changing (De Cao et al. 2021, section 3.1).</summary>
public enum UpdateConstraint
{
    /// <summary>The answers to other inputs: KL(before ‖ after).</summary>
    Kl,

    /// <summary>The weights: the mean over them of (mean |ΔW|ᵖ)^(1/p).</summary>
    Lp,

    /// <summary>Both.</summary>
    Both,
}
