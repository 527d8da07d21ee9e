using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptJ;

/// <summary>
/// GPT-J's forward pass: one norm a block, from which attention and MLP both read and to whose input both add; rotary
/// positions on neighbouring values (Wang and Komatsuzaki 2021; numerically Hugging Face's <c>GPTJForCausalLM</c>).
/// </summary>
public sealed class GptJModel : CausalDecoder
{
    private readonly GptJConfig _config;
    private readonly GptJBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly LayerNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public GptJModel(GptJConfig config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, GptJWeights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => GptJBlock.From(weights, layer, config.LayerNormEpsilon))];
        _finalNorm = LayerNorm.From(weights, GptJWeights.FinalNorm, config.LayerNormEpsilon);
        _head = config.TieWordEmbeddings
            ? new Linear(_tokens.Table, weights[$"{GptJWeights.Head}.bias"].Value)
            : Linear.From(weights, GptJWeights.Head);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions) => Taps.At(Site.Embedding, _tokens.Of(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var normed_BTD = block.Norm.Of(hidden);
        var attention_BTD = Taps.At(Site.AttentionOut(layer), Attention(layer, block, normed_BTD, scope));
        var mlp_BTD = MlpOut(layer, block.Down, _activation(block.Up.Of(normed_BTD)));
        return Taps.At(Site.BlockOut(layer), attention_BTD + mlp_BTD + hidden);
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => GptJWeights.InBlock(layer, "mlp.fc_out.weight");

    private Tensor Attention(int layer, GptJBlock block, Tensor normed, AttentionScope scope)
    {
        Tensor Heads(Linear projection) => MultiHeadAttention.SplitHeads(projection.Of(normed), _config.Shape.Heads);
        var (query, key) = _config.Rotary.Turn(Heads(block.Query), Heads(block.Key), scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, Heads(block.Value), scope);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(attended));
    }
}
