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

    /// <summary>The last block's output, <c>[B,T,D]</c>, of a padded batch, in the caller's dispose scope.</summary>
    public Tensor Hidden(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return Encoder.Run(batch.Ids, AttentionScope.Bidirectional(batch.Mask), tokenTypes: batch.TokenTypes).MoveToOuterDisposeScope();
    }
}
