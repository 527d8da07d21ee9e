using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Phi3;

/// <summary>
/// Phi-3's forward pass: Llama's blocks with fused projections and rotary positions on part of each head (Abdin et al. 2024;
/// numerically Hugging Face's <c>Phi3ForCausalLM</c>).
/// </summary>
public sealed class Phi3Stack : BlockStack
{
    private readonly Phi3Config _config;
    private readonly Phi3Block[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly RmsNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public Phi3Stack(Phi3Config config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenAct);
        _tokens = Embedding.From(weights, Phi3Weights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Phi3Block.From(weights, config, layer))];
        _finalNorm = RmsNorm.From(weights, Phi3Weights.FinalNorm, config.RmsNormEps);
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
        var gateUp = block.GateUp.Apply(block.Norm2.Apply(attended_BTD)).chunk(2, 2);
        return At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, _activation(gateUp[0]) * gateUp[1]));
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.down_proj";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => Phi3Weights.InBlock(layer, name);

    private Tensor Attention(int layer, Phi3Block block, Tensor normed, AttentionScope scope)
    {
        var heads_BNTK = MultiHeadAttention.SplitHeads(block.QueryKeyValue.Apply(normed), Shape.Heads + (2 * _config.KeyValueHeads));
        Tensor Heads(int from, int count) => heads_BNTK.narrow(1, from, count);
        var (query, key) = _config.Rotary.Turn(
            Heads(0, Shape.Heads), Heads(Shape.Heads, _config.KeyValueHeads), scope);
        var value = Heads(Shape.Heads + _config.KeyValueHeads, _config.KeyValueHeads);
        var attended = MultiHeadAttention.Attend(layer, query, key, value, scope, block.Form);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(attended));
    }
}

/// <summary>The layers of one Phi-3 block.</summary>
internal sealed record Phi3Block(
    AttentionForm Form, RmsNorm Norm1, Linear QueryKeyValue, Linear AttentionOut, RmsNorm Norm2, Linear GateUp, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static Phi3Block From(WeightTable weights, Phi3Config config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, Phi3Weights.InBlock(layer, name));
        RmsNorm Norm(string name) => RmsNorm.From(weights, Phi3Weights.InBlock(layer, name), config.RmsNormEps);
        return new Phi3Block(
            new AttentionForm { Window = config.Windows[layer] },
            Norm("input_layernorm"), Map("self_attn.qkv_proj"), Map("self_attn.o_proj"),
            Norm("post_attention_layernorm"), Map("mlp.gate_up_proj"), Map("mlp.down_proj"));
    }
}
