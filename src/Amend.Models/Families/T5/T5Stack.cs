using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.T5;

/// <summary>
/// A stack of T5: norms without a mean before attention and MLP, no positions but in the attention's scores (Raffel et al.
/// 2020; numerically Hugging Face's <c>T5Stack</c>).
/// </summary>
public sealed class T5Stack : BlockStack
{
    private readonly Embedding _tokens;
    private readonly T5Block[] _blocks;
    private readonly RmsNorm _finalNorm;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>Builds the stack over the model's table.</summary>
    public T5Stack(Stack stack, T5Config config, WeightTable weights, TapSet taps)
        : base(stack, stack == Stack.Decoder ? config.Decoder : config.Encoder, taps)
    {
        _tokens = Embedding.From(weights, T5Weights.Shared);
        _blocks = [.. Enumerable.Range(0, Shape.Layers).Select(layer => T5Block.From(weights, config, stack, layer))];
        _finalNorm = RmsNorm.From(weights, T5Weights.FinalNorm(stack), config.LayerNormEpsilon);
        _activation = Activations.Find(config.Activation);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null) => At(Site.Embedding, _tokens.Of(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + At(Site.AttentionOut(layer), block.Attention.Among(layer, block.AttentionNorm.Of(hidden), scope));
        if (block.Cross is var (norm, cross))
            attended_BTD = attended_BTD + At(Site.CrossAttentionOut(layer), cross.Across(layer, norm.Of(attended_BTD), memory!));
        var normed_BTD = block.MlpNorm.Of(attended_BTD);
        var activated_BTF = _activation(block.Up.Of(normed_BTD));
        var key_BTF = block.Linear is null ? activated_BTF : activated_BTF * block.Linear.Of(normed_BTD);
        return At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, key_BTF));
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Of(hidden);

    /// <inheritdoc/>
    public override string DownProjectionName(int layer) => $"{T5Weights.DownProjection(Stack, layer)}.weight";
}
