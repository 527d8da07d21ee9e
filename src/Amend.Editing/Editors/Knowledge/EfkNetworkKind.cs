using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors.Optimization;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>The networks of <c>efk</c>: KnowledgeEditor's, with MEND's weights and objective (eric-mitchell/mend).</summary>
internal sealed class EfkNetworkKind : NetworkKind<EfkNetworkOptions>
{
    private static readonly PresetFile Embedded = new("Knowledge.efk.presets.json");

    /// <inheritdoc/>
    public override string Editor => "efk";

    /// <inheritdoc/>
    public override ModelKinds Kinds => ModelKinds.CausalDecoder;

    /// <inheritdoc/>
    protected override PresetFile Presets => Embedded;

    /// <inheritdoc/>
    protected override HyperNetwork Create(LanguageModel model, EfkNetworkOptions options, int seed) =>
        new KnowledgeNetwork(model, RowWeights.Of(model, options.Layers, options.TargetModules), options.Form, seed);

    /// <inheritdoc/>
    protected override ITrainee Train(NetworkLesson lesson, EfkNetworkOptions options) => new EfkTraining(lesson, options);

    /// <inheritdoc/>
    protected override TrainingPlan Plan(EfkNetworkOptions options) => options.Plan;
}
