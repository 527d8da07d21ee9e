using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptNeoX;

/// <summary>
/// GPT-NeoX's forward pass: attention and MLP side by side on the residual stream, or one after the other; rotary positions on
/// part of each head (Black et al. 2022; numerically Hugging Face's <c>GPTNeoXForCausalLM</c>).
/// </summary>
public sealed class GptNeoXStack : BlockStack
{
    private readonly GptNeoXConfig _config;
    private readonly GptNeoXBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly LayerNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public GptNeoXStack(GptNeoXConfig config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenAct);
        _tokens = Embedding.From(weights, GptNeoXWeights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => GptNeoXBlock.From(weights, layer, config.LayerNormEps))];
        _finalNorm = LayerNorm.From(weights, GptNeoXWeights.FinalNorm, config.LayerNormEps);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null) => At(Site.Embedding, _tokens.LookUp(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + At(Site.AttentionOut(layer), Attention(layer, block, hidden, scope));
        var read_BTD = block.Norm2.Apply(_config.UseParallelResidual ? hidden : attended_BTD);
        var mlp_BTD = Mlp(layer, block.Up, _activation, block.Down, read_BTD);
        return At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.dense_4h_to_h";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => GptNeoXWeights.InBlock(layer, name);

    private Tensor Attention(int layer, GptNeoXBlock block, Tensor hidden, AttentionScope scope)
    {
        var fused_BT3D = block.QueryKeyValue.Apply(block.Norm1.Apply(hidden));
        var (query, key, value) = MultiHeadAttention.SplitFusedHeads(fused_BT3D, _config.Shape.Heads);
        (query, key) = _config.Rotary.Turn(query, key, scope);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, query, key, value, scope)));
    }
}

/// <summary>The layers of one GPT-NeoX block.</summary>
internal sealed record GptNeoXBlock(LayerNorm Norm1, LayerNorm Norm2, Linear QueryKeyValue, Linear AttentionOut, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static GptNeoXBlock From(WeightTable weights, int layer, double epsilon)
    {
        string Name(string name) => GptNeoXWeights.InBlock(layer, name);
        return new GptNeoXBlock(
            LayerNorm.From(weights, Name("input_layernorm"), epsilon),
            LayerNorm.From(weights, Name("post_attention_layernorm"), epsilon),
            Linear.From(weights, Name("attention.query_key_value")),
            Linear.From(weights, Name("attention.dense")),
            Linear.From(weights, Name("mlp.dense_h_to_4h")),
            Linear.From(weights, Name("mlp.dense_4h_to_h")));
    }
}
