using System.Text.Json.Serialization;
using Amend.Editing.Workbench;
using Amend.Tensors.Optimization;

namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>
/// Settings of every training with MEND's objective, see <see cref="EditObjective"/>; names and defaults are those of eric-mitchell/mend,
/// but for the steps, which count optimiser steps of <see cref="BatchSize"/> edits.
/// </summary>
public abstract record EditObjectiveOptions : NetworkOptions
{
    /// <summary>
    /// Modules whose weights are changed in each layer, by the endings of their names in the checkpoint, such as <c>mlp.c_fc</c>; all
    /// matrices of the MLP where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>The weight of the edit's loss; 0.1 by default.</summary>
    public double CEdit { get; init; } = 0.1;

    /// <summary>The weight of the divergence on texts that are kept; 1 by default.</summary>
    public double CLoc { get; init; } = 1;

    /// <summary>
    /// Edits a step, each made alone, whose gradients are averaged; 10 by default, which the authors take one after another
    /// (<c>accumulate_bs</c>).
    /// </summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>Texts an edit that are kept: neighbours, or prompts of other requests; 1 by default.</summary>
    public int Neighbors { get; init; } = 1;

    /// <summary>The highest norm of a step's gradient; 100 by default.</summary>
    public double GradClip { get; init; } = 100;

    /// <summary>Most requests that are validated, the first ones; 500 by default.</summary>
    public int ValidationEdits { get; init; } = 500;

    /// <summary>The plan of such a training, as the authors watch it: the objective on validation.</summary>
    [JsonIgnore]
    internal TrainingPlan Plan => new()
    {
        Steps = Steps,
        Identity = "",
        ClipNorm = GradClip,
        ValidateEvery = ValidateEvery,
        CheckpointEvery = ValidateEvery,
        Watched = new WatchedFigure(NetworkFigures.Loss, HigherIsBetter: false),
        Patience = Patience,
    };

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.NotNegative("c_edit", CEdit);
        problems.NotNegative("c_loc", CLoc);
        problems.Count("batch_size", BatchSize);
        problems.Count("neighbors", Neighbors, least: 0);
        problems.Positive("grad_clip", GradClip);
        problems.Count("validation_edits", ValidationEdits);
    }
}
