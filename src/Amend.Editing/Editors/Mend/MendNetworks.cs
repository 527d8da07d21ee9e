using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors.Optimization;

namespace Amend.Editing.Editors.Mend;

/// <summary>MEND's networks: how they are made and trained.</summary>
internal sealed class MendNetworks : NetworkKind<MendNetworkOptions>
{
    private const int EarlyStop = 4;
    private static readonly PresetFile Embedded = new("Mend.mend.presets.json");

    /// <inheritdoc/>
    public override string Editor => "mend";

    /// <inheritdoc/>
    public override ModelKinds Kinds => TargetBatch.Kinds;

    /// <inheritdoc/>
    protected override PresetFile Presets => Embedded;

    /// <inheritdoc/>
    protected override MendNetworkOptions Defaults => new() { Patience = EarlyStop };

    /// <inheritdoc/>
    protected override HyperNetwork Create(LanguageModel model, MendNetworkOptions options, int seed) =>
        new MendNetwork(RowWeights.Find(model, options), options, seed);

    /// <inheritdoc/>
    protected override ITrainee Train(NetworkLesson lesson, MendNetworkOptions options) => new RowTraining(
        lesson, options, new ScheduledOptimizer(new Adam(((MendNetwork)lesson.Network).Learned), new ConstantRate(options.Lr)));

    /// <inheritdoc/>
    protected override TrainingPlan Plan(MendNetworkOptions options) => options.Plan;
}
