using Amend.Editing.HyperNetworks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>Settings of the training of EFK's network; defaults are those of eric-mitchell/mend, but for the lengths.</summary>
public sealed record EfkNetworkOptions : NetworkOptions
{
    /// <summary>Of the layers, only so many of the last are changed; 3 by default.</summary>
    public int LastLayers { get; init; } = 3;

    /// <summary>
    /// Modules whose weights are changed in each of them, by the endings of their names in the checkpoint, such as <c>mlp.c_fc</c>; the
    /// MLP's matrices where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>Adam's learning rate; 1e-5 by default.</summary>
    public double Lr { get; init; } = 1e-5;

    /// <summary>Batches of one edit a step; 10 by default.</summary>
    public int Accumulate { get; init; } = 10;

    /// <summary>The highest norm of a step's gradients; 100 by default.</summary>
    public double ClipNorm { get; init; } = 100;

    /// <summary>The weight of the edit's loss, c_edit; 0.1 by default.</summary>
    public double EditWeight { get; init; } = 0.1;

    /// <summary>The weight of the divergence of what is to stay, c_loc; 1 by default.</summary>
    public double LocalityWeight { get; init; } = 1;

    /// <summary>Whether an edit is learned from one of its paraphrases, where it has any; true by default.</summary>
    public bool Views { get; init; } = true;

    /// <summary>Requests that a validation edits, the first of the data; 40 by default.</summary>
    public int ValidationEdits { get; init; } = 40;

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
        problems.Count("last_layers", LastLayers);
        problems.Rate("lr", Lr);
        problems.Count("accumulate", Accumulate);
        problems.Positive("clip_norm", ClipNorm);
        problems.NotNegative("edit_weight", EditWeight);
        problems.NotNegative("locality_weight", LocalityWeight);
        problems.Count("validation_edits", ValidationEdits);
        problems.Count("hidden", Hidden);
        problems.Count("condition_size", ConditionSize);
        problems.Count("condition_tokens", ConditionTokens, least: 8);
        problems.Positive("max_scale", MaxScale);
    }
}
