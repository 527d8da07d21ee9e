using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Bloom;

/// <summary>
/// BLOOM's forward pass: pre-norm blocks, linear attention biases in the place of positions, a norm behind the embedding
/// (BigScience 2022; numerically Hugging Face's <c>BloomForCausalLM</c>).
/// </summary>
public sealed class BloomStack : BlockStack
{
    private readonly BloomConfig _config;
    private readonly BloomBlock[] _blocks;
    private readonly AttentionForm _form;
    private readonly Func<Tensor, Tensor> _activation = Activations.Find("gelu_new");
    private readonly Embedding _tokens;
    private readonly LayerNorm _embeddingNorm;
    private readonly LayerNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public BloomStack(BloomConfig config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _form = new AttentionForm { AlibiSlopes = Alibi.Slopes(config.Shape.Heads) };
        _tokens = Embedding.From(weights, BloomWeights.Tokens);
        _embeddingNorm = LayerNorm.From(weights, BloomWeights.EmbeddingNorm, config.LayerNormEpsilon);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => BloomBlock.From(weights, layer, config.LayerNormEpsilon))];
        _finalNorm = LayerNorm.From(weights, BloomWeights.FinalNorm, config.LayerNormEpsilon);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        return _embeddingNorm.Apply(At(Site.Embedding, _tokens.LookUp(ids))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var normed1_BTD = block.Norm1.Apply(hidden);
        var attention_BTD = At(Site.AttentionOut(layer), Attention(layer, block, normed1_BTD, scope));
        var attended_BTD = attention_BTD + (_config.ResidualBehindNorm ? normed1_BTD : hidden);
        var normed2_BTD = block.Norm2.Apply(attended_BTD);
        var mlp_BTD = Mlp(layer, block.Up, _activation, block.Down, normed2_BTD);
        return At(Site.BlockOut(layer), mlp_BTD + (_config.ResidualBehindNorm ? normed2_BTD : attended_BTD));
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.dense_4h_to_h";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => BloomWeights.InBlock(layer, name);

    private Tensor Attention(int layer, BloomBlock block, Tensor normed, AttentionScope scope)
    {
        var (query, key, value) = MultiHeadAttention.SplitFusedHeads(block.QueryKeyValue.Apply(normed), _config.Shape.Heads);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, query, key, value, scope, _form)));
    }
}

/// <summary>The layers of one BLOOM block.</summary>
internal sealed record BloomBlock(LayerNorm Norm1, Linear QueryKeyValue, Linear AttentionOut, LayerNorm Norm2, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static BloomBlock From(WeightTable weights, int layer, double epsilon)
    {
        string Name(string name) => BloomWeights.InBlock(layer, name);
        return new BloomBlock(
            LayerNorm.From(weights, Name("input_layernorm"), epsilon),
            Linear.From(weights, Name("self_attention.query_key_value")),
            Linear.From(weights, Name("self_attention.dense")),
            LayerNorm.From(weights, Name("post_attention_layernorm"), epsilon),
            Linear.From(weights, Name("mlp.dense_h_to_4h")),
            Linear.From(weights, Name("mlp.dense_4h_to_h")));
    }
}
