using Amend.Editing.HyperNetworks;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.Optimization;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>The networks of <c>ke</c>, trained as De Cao et al. 2021 do.</summary>
internal sealed class KnowledgeNetworkKind : NetworkKind<KnowledgeNetworkOptions>
{
    private static readonly PresetFile Embedded = new("Knowledge.ke.presets.json");

    /// <inheritdoc/>
    public override string Editor => "ke";

    /// <inheritdoc/>
    public override ModelKinds Kinds => TargetBatch.Kinds;

    /// <inheritdoc/>
    protected override PresetFile Presets => Embedded;

    /// <inheritdoc/>
    protected override HyperNetwork Create(LanguageModel model, KnowledgeNetworkOptions options, int seed)
    {
        RequireOneAnswer(model, Editor);
        return new KnowledgeNetwork(model, PublishedFilter.Find(model, options.Layers, options.TargetModules), options.Form, seed);
    }

    /// <inheritdoc/>
    protected override ITrainee Train(NetworkLesson lesson, KnowledgeNetworkOptions options)
    {
        if (options.Views)
            RequireParaphrases(lesson.Data);
        return new KnowledgeTraining(lesson, options);
    }

    /// <inheritdoc/>
    protected override TrainingPlan Plan(KnowledgeNetworkOptions options) => new()
    {
        Identity = "",
        Steps = options.Steps,
        ValidateEvery = options.ValidateEvery,
        CheckpointEvery = options.ValidateEvery,
        Patience = options.Patience,
        Watched = new WatchedFigure(KnowledgeTraining.Score, HigherIsBetter: true),
    };

    private static void RequireParaphrases(NetworkData data)
    {
        if (data.Train.All(request => request.Paraphrases.Count == 0))
        {
            throw new AmendException(
                $"'{data.Source}' has no paraphrase in its {data.Train.Count} requests, and views need some; give other data, "
                + "or leave views out.");
        }
    }

    /// <summary>Refuses a classifier that gives several labels at once, for which no divergence of answers is defined.</summary>
    /// <exception cref="AmendException">It does.</exception>
    internal static void RequireOneAnswer(LanguageModel model, string editor)
    {
        if (model.Transformer is EncoderClassifier { Labels: { AreExclusive: false, Names.Count: > 1 } labels })
        {
            throw new AmendException(
                $"{editor} needs a classifier whose labels exclude each other; '{model.Name}' may give several of {labels.Names.Count} at "
                + "once.");
        }
    }
}
