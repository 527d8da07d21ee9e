using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>A model whose tokens all see each other; what is read from its states is said by its kind.</summary>
public abstract class EncoderModel : TransformerModel
{
    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="encoder">Embedding and blocks over those weights.</param>
    protected EncoderModel(string architecture, WeightTable weights, BlockStack encoder)
        : base(architecture, weights, encoder) => Encoder = encoder;

    /// <summary>Embedding and blocks, one by one.</summary>
    public BlockStack Encoder { get; }

    /// <summary>The last block's output of a padded batch.</summary>
    /// <param name="batch">The texts.</param>
    /// <param name="start">Where the pass goes on; at the embedding when null.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Hidden(TokenBatch batch, PassStart? start = null)
    {
        using var scope = NewDisposeScope();
        return Encoder.Run(batch.Ids, AttentionScope.Bidirectional(batch.Mask), tokenTypes: batch.TokenTypes, start: start)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Runs the blocks below one once over a batch, see <see cref="BlockStack.Below"/>.</summary>
    /// <returns>Where passes over the batch go on; the caller disposes.</returns>
    public PassStart Below(int layer, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return Encoder.Below(layer, batch.Ids, AttentionScope.Bidirectional(batch.Mask), tokenTypes: batch.TokenTypes);
    }
}
