using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// An encoder that puts a text under labels, read from its first token's last state (Devlin et al. 2019, section 4), or from the mean of
/// all of them.
/// </summary>
public sealed class EncoderClassifier : EncoderModel
{
    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="encoder">Embedding and blocks over those weights.</param>
    /// <param name="head">From a text's state to logits.</param>
    /// <param name="labels">The labels and how they exclude each other.</param>
    public EncoderClassifier(string architecture, WeightTable weights, BlockStack encoder, ClassificationHead head, LabelSet labels)
        : base(architecture, weights, encoder)
    {
        Head = head;
        Labels = labels;
    }

    /// <inheritdoc/>
    public override ModelKinds Kind => ModelKinds.Classifier;

    /// <summary>From a text's state to logits.</summary>
    public ClassificationHead Head { get; }

    /// <summary>The labels, C.</summary>
    public LabelSet Labels { get; }

    /// <summary>Logits of the labels of each text of a padded batch.</summary>
    /// <param name="batch">The texts.</param>
    /// <param name="start">Where the pass goes on; at the embedding when null.</param>
    /// <returns><c>[B,C]</c>, in the caller's dispose scope.</returns>
    public Tensor Logits(TokenBatch batch, PassStart? start = null)
    {
        using var scope = NewDisposeScope();
        return LogitsOf(StatesOfTexts(Hidden(batch, start), batch)).MoveToOuterDisposeScope();
    }

    /// <summary>What the head reads: the state of each text's first token, or the mean of its tokens' states.</summary>
    /// <param name="hidden_BTD">The encoder's output for the batch.</param>
    /// <param name="batch">The batch.</param>
    /// <returns><c>[B,D]</c>, in the caller's dispose scope.</returns>
    internal Tensor StatesOfTexts(Tensor hidden_BTD, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        if (Head.ReadsMean)
        {
            var isToken_BT1 = batch.Mask.unsqueeze(2).to(hidden_BTD.dtype);
            return ((hidden_BTD * isToken_BT1).sum(1) / isToken_BT1.sum(1)).MoveToOuterDisposeScope();
        }

        var rows = arange(batch.Ids.shape[0], dtype: ScalarType.Int64, device: batch.Ids.device);
        var first = batch.Mask.to(int64).argmax(1); // Padding may stand in front.
        return hidden_BTD.index(TensorIndex.Tensor(rows), TensorIndex.Tensor(first)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the labels of texts whose states, those of their first tokens in most families, are known.</summary>
    /// <param name="first">Those states, <c>[B,D]</c>.</param>
    /// <returns><c>[B,C]</c>, in the caller's dispose scope.</returns>
    public Tensor LogitsOf(Tensor first)
    {
        using var scope = NewDisposeScope();
        return Head.Apply(first).MoveToOuterDisposeScope();
    }
}
