using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Gemma2;

/// <summary>
/// Gemma 2's forward pass: norms before and behind attention and gated MLP, bounded scores and logits, windows at every other
/// layer (Gemma Team 2024; numerically Hugging Face's <c>Gemma2ForCausalLM</c>).
/// </summary>
public sealed class Gemma2Stack : BlockStack
{
    private readonly Gemma2Config _config;
    private readonly Gemma2Block[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly RmsNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public Gemma2Stack(Gemma2Config config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenActivation);
        _tokens = Embedding.From(weights, Gemma2Weights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Gemma2Block.From(weights, layer, config.RmsNormEps))];
        _finalNorm = RmsNorm.From(weights, Gemma2Weights.FinalNorm, config.RmsNormEps, aroundOne: true);
    }

    /// <inheritdoc/>
    public override bool AddsMlpOutToStream => false;

    /// <inheritdoc/>
    protected override bool HasGate => true;

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        var tokens_BTD = At(Site.Embedding, _tokens.LookUp(ids));
        // The factor is rounded to the weights' type, as in training.
        var factor = tensor(Math.Sqrt(Shape.Width), dtype: tokens_BTD.dtype, device: tokens_BTD.device);
        return (tokens_BTD * factor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attention_BTD = At(Site.AttentionOut(layer), Attention(layer, block, block.NormBeforeAttention.Apply(hidden), scope));
        var attended_BTD = hidden + block.NormBehindAttention.Apply(attention_BTD);
        var normed_BTD = block.NormBeforeMlp.Apply(attended_BTD);
        var key_BTF = _activation(block.Gate.Apply(normed_BTD)) * block.Up.Apply(normed_BTD);
        var mlp_BTD = block.NormBehindMlp.Apply(MlpOut(layer, block.Down, key_BTF));
        return At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.down_proj";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => Gemma2Weights.InBlock(layer, name);

    private Tensor Attention(int layer, Gemma2Block block, Tensor normed, AttentionScope scope)
    {
        var query = MultiHeadAttention.SplitHeads(block.Query.Apply(normed), _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(block.Key.Apply(normed), _config.KeyValueHeads);
        var value = MultiHeadAttention.SplitHeads(block.Value.Apply(normed), _config.KeyValueHeads);
        (query, key) = _config.Rotary.Turn(query, key, scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, value, scope, _config.Forms[layer]);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(attended));
    }
}

/// <summary>The layers of one Gemma 2 block.</summary>
internal sealed record Gemma2Block(
    RmsNorm NormBeforeAttention,
    Linear Query,
    Linear Key,
    Linear Value,
    Linear AttentionOut,
    RmsNorm NormBehindAttention,
    RmsNorm NormBeforeMlp,
    Linear Gate,
    Linear Up,
    Linear Down,
    RmsNorm NormBehindMlp)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static Gemma2Block From(WeightTable weights, int layer, double epsilon)
    {
        Linear Map(string name) => Linear.From(weights, Gemma2Weights.InBlock(layer, name));
        RmsNorm Norm(string name) => RmsNorm.From(weights, Gemma2Weights.InBlock(layer, name), epsilon, aroundOne: true);
        return new Gemma2Block(
            Norm("input_layernorm"),
            Map("self_attn.q_proj"), Map("self_attn.k_proj"), Map("self_attn.v_proj"), Map("self_attn.o_proj"),
            Norm("post_attention_layernorm"),
            Norm("pre_feedforward_layernorm"),
            Map("mlp.gate_proj"), Map("mlp.up_proj"), Map("mlp.down_proj"),
            Norm("post_feedforward_layernorm"));
    }
}
