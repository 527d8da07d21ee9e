using Amend.Models.Families;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>
/// A causal decoder put together of parts: what a family says of its model, from which both the list of its parameters and its forward
/// pass follow.
/// </summary>
/// <param name="Architecture">What <c>config.json</c> calls it.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Norm">What the final norm computes.</param>
/// <param name="Blocks">The blocks, in order.</param>
internal sealed record DecoderPlan(string Architecture, ModelShape Shape, NormPlan Norm, IReadOnlyList<BlockPlan> Blocks)
{
    /// <summary>The names of the parameters; Llama's by default.</summary>
    public DecoderNames Names { get; init; } = DecoderNames.Llama;

    /// <summary>Whether the head is the token embedding.</summary>
    public bool IsTied { get; init; }

    /// <summary>Whether the head has a bias.</summary>
    public bool HeadBias { get; init; }

    /// <summary>What embeddings are multiplied with, rounded to the weights' type; 1 by default.</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>What logits are multiplied with; 1 by default.</summary>
    public double LogitScale { get; init; } = 1;

    /// <summary>The bound c of logits, c tanh(logit / c); none when null.</summary>
    public double? LogitCap { get; init; }

    /// <summary>All parameters, in order.</summary>
    public IEnumerable<WeightSpec> Weights =>
    [
        WeightSpec.Table(Names.Of(Names.Tokens), Shape.Vocabulary, Shape.Width),
        .. Names.Positions is { } positions ? new[] { WeightSpec.Table(Names.Of(positions), Shape.ContextLength, Shape.Width) } : [],
        .. Names.EmbeddingNorm is { } norm ? Norm.Weights(Names.Of(norm), Shape.Width) : [],
        .. Blocks.SelectMany((block, layer) => block.Weights(Names.Block(layer), Shape.Width)),
        .. Norm.Weights(Names.Of(Names.FinalNorm), Shape.Width),
        .. WeightSpec.Linear(Names.Head, Shape.Vocabulary, Shape.Width, HeadBias).Skip(IsTied ? 1 : 0),
    ];

    /// <summary>The same with other blocks.</summary>
    /// <param name="change">From a layer and its block to the block in its place.</param>
    public DecoderPlan WithBlocks(Func<int, BlockPlan, BlockPlan> change) =>
        this with { Blocks = [.. Blocks.Select((block, layer) => change(layer, block))] };

    /// <summary>The same with other attention over heads.</summary>
    /// <param name="change">From a layer and its attention to the one in its place.</param>
    public DecoderPlan WithAttention(Func<int, HeadedAttentionPlan, AttentionPlan> change) =>
        WithBlocks((layer, block) => block with { Attention = change(layer, (HeadedAttentionPlan)block.Attention) });

    /// <summary>The same with other MLPs.</summary>
    /// <param name="change">From a layer and its MLP to the one in its place.</param>
    public DecoderPlan WithMlp(Func<int, DenseMlpPlan, MlpPlan> change) =>
        WithBlocks((layer, block) => block with { Mlp = change(layer, (DenseMlpPlan)block.Mlp) });

    /// <summary>Reads the parameters of a checkpoint and puts the model together over them, which it then owns.</summary>
    /// <param name="checkpoint">The open weights.</param>
    /// <param name="dtype">The type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="Configuration.ModelFormatException">
    /// Tensors are missing, of another shape or unexpected, or an activation is unknown.
    /// </exception>
    public CausalDecoder Load(Checkpoint checkpoint, ScalarType dtype, Device device)
    {
        var weights = WeightReader.ReadAll(Weights, checkpoint, dtype, device, Names.Form);
        try
        {
            return Build(weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public CausalDecoder Build(WeightTable weights)
    {
        var head = Linear.From(weights, IsTied ? Names.Of(Names.Tokens) : Names.Head, bias: Names.Head);
        return new CausalDecoder(Architecture, weights, new DecoderStack(this, weights), hidden => Scaled(head.Apply(hidden)));
    }

    private Tensor Scaled(Tensor logits)
    {
        var scaled = LogitScale == 1 ? logits : logits * LogitScale;
        return LogitCap is { } cap ? (scaled / cap).tanh() * cap : scaled;
    }
}
