using Amend.Editing.HyperNetworks;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>The networks of <c>efk</c>: KnowledgeEditor's, with MEND's weights and objective (eric-mitchell/mend).</summary>
internal sealed class EfkNetworkKind : NetworkKind<EfkNetworkOptions>
{
    /// <inheritdoc/>
    public override string Editor => "efk";

    /// <inheritdoc/>
    public override ModelKinds Kinds => ModelKinds.CausalDecoder;

    /// <inheritdoc/>
    protected override HyperNetwork Create(LanguageModel model, EfkNetworkOptions options, int seed) =>
        new KnowledgeNetwork(model, Weights(model, options), options.Form, seed);

    /// <inheritdoc/>
    protected override ITrainee Train(NetworkLesson lesson, EfkNetworkOptions options)
    {
        var views = options.Views ? ViewForm.Instead : ViewForm.None;
        var form = new TrainingForm(BatchSize: 2, views, UsesNeighbors: true, LabelSmoothing: 0, options.ValidationEdits);
        var optimizer = new ScheduledOptimizer(new Adam(lesson.Network.Tensors), new ConstantRate(options.Lr));
        return new UpdateTraining(lesson, form, new WeightedObjective(options.EditWeight, options.LocalityWeight), optimizer);
    }

    /// <inheritdoc/>
    protected override TrainingPlan Plan(EfkNetworkOptions options) => new()
    {
        Identity = "",
        Steps = options.Steps,
        Accumulate = options.Accumulate,
        ClipNorm = options.ClipNorm,
        ValidateEvery = options.ValidateEvery,
        CheckpointEvery = options.ValidateEvery,
        Patience = options.Patience,
        Watched = new WatchedFigure(UpdateTraining.Score, HigherIsBetter: true),
    };

    /// <summary>The matrices with the MLP's width, or the named ones, of the last layers.</summary>
    private static IReadOnlyList<ModelWeight> Weights(LanguageModel model, EfkNetworkOptions options)
    {
        int[] layers = [.. options.Layers.Order().TakeLast(options.LastLayers)];
        var found = PublishedFilter.Find(model, layers, options.TargetModules);
        return options.TargetModules.Count > 0 ? found : [.. found.Where(weight => weight.Value.shape.Contains(model.Shape.MlpWidth))];
    }
}
