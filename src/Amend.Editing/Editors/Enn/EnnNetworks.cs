using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors.Optimization;

namespace Amend.Editing.Editors.Enn;

/// <summary>ENN's rates: how they are made and trained.</summary>
internal sealed class EnnNetworks : NetworkKind<EnnNetworkOptions>
{
    /// <inheritdoc/>
    public override string Editor => "enn";

    /// <inheritdoc/>
    public override ModelKinds Kinds => TargetBatch.Kinds;

    /// <inheritdoc/>
    protected override HyperNetwork Create(LanguageModel model, EnnNetworkOptions options, int seed) =>
        new EnnNetwork(RowWeights.Find(model, options), options);

    /// <inheritdoc/>
    protected override ITrainee Train(NetworkLesson lesson, EnnNetworkOptions options) => new RowTraining(lesson, options);

    /// <inheritdoc/>
    protected override TrainingPlan Plan(EnnNetworkOptions options) => options.Plan;
}
