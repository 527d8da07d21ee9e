using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// A stack with norms behind the residual sums: the encoder of BERT, RoBERTa, DistilBERT, ELECTRA, ALBERT and DeBERTa, and both
/// stacks of BART (Devlin et al. 2019; Lewis et al. 2020; numerically their models in transformers).
/// </summary>
internal sealed class PostNormStack : BlockStack
{
    private readonly InputEmbedding _input;
    private readonly IReadOnlyList<PostNormBlock> _blocks;
    private readonly BlockNames _names;

    /// <summary>Builds the stack from its layers, which belong to the model's table.</summary>
    /// <param name="stack">Which of a model's stacks it is.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="weights">The model's table.</param>
    /// <param name="input">What the first residual stream is made of.</param>
    /// <param name="blocks">The layers of each block.</param>
    /// <param name="names">How the parameters of a block are named.</param>
    public PostNormStack(
        Stack stack, ModelShape shape, WeightTable weights, InputEmbedding input, IReadOnlyList<PostNormBlock> blocks, BlockNames names)
        : base(stack, shape, weights)
    {
        _input = input;
        _blocks = blocks;
        _names = names;
    }

    /// <inheritdoc/>
    public override bool AddsMlpOutToStream => false;

    /// <inheritdoc/>
    protected override bool AttendsAcross => _blocks is [{ Cross: not null }, ..];

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        var sum_BTD = At(Site.Embedding, _input.Tokens.LookUp(ids));
        if (_input.Scale != 1)
            sum_BTD = sum_BTD * _input.Scale;
        if (_input.TokenTypes is { } types)
            sum_BTD = sum_BTD + types.LookUp(tokenTypes ?? zeros_like(ids));
        if (_input.Positions is { } learned)
            sum_BTD = sum_BTD + learned.LookUp(positions + _input.PositionOffset);
        var normed_BTD = _input.Norm.Apply(sum_BTD);
        return (_input.Projection is { } projection ? projection.Apply(normed_BTD) : normed_BTD).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = block.AttentionNorm.Apply(hidden + At(Site.AttentionOut(layer), block.Attention.Apply(layer, hidden, scope)));
        if (block.Cross is var (cross, norm))
            attended_BTD = norm.Apply(attended_BTD + At(Site.CrossAttentionOut(layer), cross.Across(layer, attended_BTD, memory!)));
        var mlp_BTD = Mlp(layer, block.Up, block.Activation, block.Down, attended_BTD);
        var out_BTD = At(Site.BlockOut(layer), block.MlpNorm.Apply(attended_BTD + mlp_BTD));
        return block.Convolution is { } convolution ? convolution.Apply(hidden, out_BTD, scope.Visible(layer)) : out_BTD;
    }

    /// <inheritdoc/>
    protected override string DownProjection => _names.DownProjection;

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => _names.InBlock(layer, name);
}

/// <summary>How the parameters of a family's blocks are named in its checkpoints.</summary>
/// <param name="InBlock">The full name of a block's parameter, from the block and the name within it.</param>
/// <param name="DownProjection">The name of the MLP's down projection within a block.</param>
internal sealed record BlockNames(Func<int, string, string> InBlock, string DownProjection);

/// <summary>
/// What an encoder of BERT's kind, or BART, begins with: tokens, learned positions and segments, a norm over their sum, and a map to the
/// stream where that is wider.
/// </summary>
/// <param name="Tokens">The tokens' vectors, <c>[V,E]</c>.</param>
/// <param name="Positions">
/// The positions' vectors; position p is in row p + <paramref name="PositionOffset"/>. None where only the attention knows positions.
/// </param>
/// <param name="PositionOffset">The row of the first position: 0 in BERT, 2 in BART, the padding id + 1 in RoBERTa.</param>
/// <param name="Norm">The norm of the sum.</param>
internal sealed record InputEmbedding(Embedding Tokens, Embedding? Positions, int PositionOffset, LayerNorm Norm)
{
    /// <summary>The segments' vectors; none when null.</summary>
    public Embedding? TokenTypes { get; init; }

    /// <summary>From the normed sum to the stream, <c>[D,E]</c>; none when null.</summary>
    public Linear? Projection { get; init; }

    /// <summary>What tokens are multiplied with before positions are added; 1 by default.</summary>
    public double Scale { get; init; } = 1;
}

/// <summary>
/// The layers of a block with its norms behind the residual sums, as the first transformer has them (Vaswani et al. 2017,
/// section 3.1).
/// </summary>
/// <param name="Attention">The attention of the tokens to each other.</param>
/// <param name="AttentionNorm">The norm behind it.</param>
/// <param name="Up">The MLP's first map, <c>[F,D]</c>.</param>
/// <param name="Activation">The function between.</param>
/// <param name="Down">The MLP's second map, <c>[D,F]</c>.</param>
/// <param name="MlpNorm">The norm behind the MLP.</param>
internal sealed record PostNormBlock(
    IAttention Attention, LayerNorm AttentionNorm, Linear Up, Func<Tensor, Tensor> Activation, Linear Down, LayerNorm MlpNorm)
{
    /// <summary>In a decoder of two stacks: the attention to the encoder's states and the norm behind it.</summary>
    public (AttentionLayer Attention, LayerNorm Norm)? Cross { get; init; }

    /// <summary>What is added to the block's output from its input; none when null.</summary>
    public ConvolutionLayer? Convolution { get; init; }
}
