using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptJ;

/// <summary>
/// GPT-J's forward pass: one norm a block, from which attention and MLP both read and to whose input both add; rotary
/// positions on neighbouring values (Wang and Komatsuzaki 2021; numerically Hugging Face's <c>GPTJForCausalLM</c>).
/// </summary>
public sealed class GptJStack : BlockStack
{
    private readonly GptJConfig _config;
    private readonly GptJBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly LayerNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public GptJStack(GptJConfig config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, GptJWeights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => GptJBlock.From(weights, layer, config.LayerNormEpsilon))];
        _finalNorm = LayerNorm.From(weights, GptJWeights.FinalNorm, config.LayerNormEpsilon);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null) => At(Site.Embedding, _tokens.LookUp(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var normed_BTD = block.Norm.Apply(hidden);
        var attention_BTD = At(Site.AttentionOut(layer), Attention(layer, block, normed_BTD, scope));
        var mlp_BTD = Mlp(layer, block.Up, _activation, block.Down, normed_BTD);
        return At(Site.BlockOut(layer), attention_BTD + mlp_BTD + hidden);
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.fc_out";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => GptJWeights.InBlock(layer, name);

    private Tensor Attention(int layer, GptJBlock block, Tensor normed, AttentionScope scope)
    {
        Tensor Heads(Linear projection) => MultiHeadAttention.SplitHeads(projection.Apply(normed), _config.Shape.Heads);
        var (query, key) = _config.Rotary.Turn(Heads(block.Query), Heads(block.Key), scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, Heads(block.Value), scope);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(attended));
    }
}

/// <summary>The layers of one GPT-J block.</summary>
internal sealed record GptJBlock(LayerNorm Norm, Linear Query, Linear Key, Linear Value, Linear AttentionOut, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static GptJBlock From(WeightTable weights, int layer, double epsilon)
    {
        Linear Map(string name) => Linear.From(weights, GptJWeights.InBlock(layer, name));
        return new GptJBlock(
            LayerNorm.From(weights, GptJWeights.InBlock(layer, "ln_1"), epsilon),
            Map("attn.q_proj"), Map("attn.k_proj"), Map("attn.v_proj"), Map("attn.out_proj"),
            Map("mlp.fc_in"), Map("mlp.fc_out"));
    }
}
