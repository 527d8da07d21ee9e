using Amend.Models.Weights;

namespace Amend.Models.Families;

/// <summary>
/// What a family of encoders makes of a configuration: the parameters that a checkpoint must hold, and the layers over them.
/// </summary>
/// <param name="Form">How the family's checkpoints write the parameters.</param>
/// <param name="Weights">The parameters of embedding and blocks, in order.</param>
/// <param name="Encoder">Embedding and blocks over a table that holds them.</param>
/// <param name="Classifier">The head of its classifiers.</param>
internal sealed record EncoderPlan(
    CheckpointForm Form, IEnumerable<WeightSpec> Weights, Func<WeightTable, BlockStack> Encoder, ClassifierForm Classifier)
{
    /// <summary>The head of its masked language models; null where the family computes none.</summary>
    public MaskedHeadForm? MaskedHead { get; init; }

    /// <summary>Puts a classifier together over its parameters, which it then owns.</summary>
    public EncoderClassifier ClassifierOf(string architecture, LabelSet labels, WeightTable weights) =>
        new(architecture, weights, Encoder(weights), Classifier.Over(weights), labels);
}

/// <summary>What <c>config.json</c> calls the models of a family of encoders.</summary>
/// <param name="Classifier">Its classifiers.</param>
/// <param name="Masked">Its masked language models, as far as they are computed.</param>
/// <param name="Others">Those whose heads are not computed: all that can be done with them is to give them a classifier's head.</param>
internal sealed record EncoderKinds(string Classifier, IReadOnlyList<string> Masked, IReadOnlyList<string> Others);
