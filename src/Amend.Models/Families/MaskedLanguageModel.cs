using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>An encoder that says which token stands at a masked place (Devlin et al. 2019, section 3.1).</summary>
public sealed class MaskedLanguageModel : EncoderModel
{
    private readonly MaskedTokenHead _head;

    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="encoder">Embedding and blocks over those weights.</param>
    /// <param name="head">From states to tokens.</param>
    /// <param name="mask">How a masked place is written in a text, such as <c>[MASK]</c>.</param>
    public MaskedLanguageModel(string architecture, WeightTable weights, BlockStack encoder, MaskedTokenHead head, string mask)
        : base(architecture, weights, encoder)
    {
        _head = head;
        Mask = mask;
    }

    /// <inheritdoc/>
    public override ModelKinds Kind => ModelKinds.MaskedLanguageModel;

    /// <summary>How a masked place is written in a text, such as <c>[MASK]</c>.</summary>
    public string Mask { get; }

    /// <summary>Logits of the tokens.</summary>
    /// <param name="hidden">The last block's output, <c>[..,D]</c>.</param>
    /// <returns><c>[..,V]</c>, in the caller's dispose scope.</returns>
    public Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Apply(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Logits at every token of a padded batch; values at padding are meaningless.</summary>
    /// <returns><c>[B,T,V]</c>, in the caller's dispose scope.</returns>
    public Tensor Logits(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return Unembed(Hidden(batch)).MoveToOuterDisposeScope();
    }
}
