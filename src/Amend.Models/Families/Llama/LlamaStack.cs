using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Llama;

/// <summary>
/// Llama's forward pass: pre-norm blocks with root-mean-square norms, rotary positions, grouped-query attention and a gated MLP
/// (Touvron et al. 2023; numerically Hugging Face's <c>LlamaForCausalLM</c>). Mistral and Qwen have the same blocks.
/// </summary>
public sealed class LlamaStack : BlockStack
{
    private readonly LlamaConfig _config;
    private readonly LlamaBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly RmsNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public LlamaStack(LlamaConfig config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenAct);
        _tokens = Embedding.From(weights, LlamaWeights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => LlamaBlock.From(weights, config, layer))];
        _finalNorm = RmsNorm.From(weights, LlamaWeights.FinalNorm, config.RmsNormEps);
    }

    /// <inheritdoc/>
    protected override bool HasGate => true;

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null) => At(Site.Embedding, _tokens.LookUp(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + At(Site.AttentionOut(layer), Attention(layer, block, block.Norm1.Apply(hidden), scope));
        var normed_BTD = block.Norm2.Apply(attended_BTD);
        var key_BTF = _activation(block.Gate.Apply(normed_BTD)) * block.Up.Apply(normed_BTD);
        return At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, key_BTF));
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.down_proj";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => LlamaWeights.InBlock(layer, name);

    private Tensor Attention(int layer, LlamaBlock block, Tensor normed, AttentionScope scope)
    {
        var query = MultiHeadAttention.SplitHeads(block.Query.Apply(normed), _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(block.Key.Apply(normed), _config.KeyValueHeads);
        var value = MultiHeadAttention.SplitHeads(block.Value.Apply(normed), _config.KeyValueHeads);
        (query, key) = _config.Rotary.Turn(block.QueryNorm?.Apply(query) ?? query, block.KeyNorm?.Apply(key) ?? key, scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, value, scope, block.Form);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(attended));
    }
}

/// <summary>The layers of one Llama block.</summary>
internal sealed record LlamaBlock(
    AttentionForm Form,
    RmsNorm Norm1,
    Linear Query,
    Linear Key,
    Linear Value,
    RmsNorm? QueryNorm,
    RmsNorm? KeyNorm,
    Linear AttentionOut,
    RmsNorm Norm2,
    Linear Gate,
    Linear Up,
    Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static LlamaBlock From(WeightTable weights, LlamaConfig config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, LlamaWeights.InBlock(layer, name));
        RmsNorm Norm(string name) => RmsNorm.From(weights, LlamaWeights.InBlock(layer, name), config.RmsNormEps);
        return new LlamaBlock(
            new AttentionForm { Window = config.Windows[layer] },
            Norm("input_layernorm"),
            Map("self_attn.q_proj"), Map("self_attn.k_proj"), Map("self_attn.v_proj"),
            config.QueryKeyNorm ? Norm("self_attn.q_norm") : null,
            config.QueryKeyNorm ? Norm("self_attn.k_norm") : null,
            Map("self_attn.o_proj"),
            Norm("post_attention_layernorm"),
            Map("mlp.gate_proj"), Map("mlp.up_proj"), Map("mlp.down_proj"));
    }
}
