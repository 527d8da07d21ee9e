using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Families;

/// <summary>
/// An encoder of post-norm blocks by its sizes and the names of its parameters: what a checkpoint must hold, and the layers over it.
/// Blocks that have the same names share their parameters.
/// </summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Epsilon">What is added to variances.</param>
/// <param name="Activation">The name of the MLPs' function.</param>
/// <param name="Input">The names of what comes before the blocks.</param>
/// <param name="Block">The names within a block.</param>
/// <param name="InBlock">The full name of a block's parameter, from the block and the name within it.</param>
internal sealed record PostNormForm(
    ModelShape Shape, double Epsilon, string Activation, InputNames Input, PostNormNames Block, Func<int, string, string> InBlock)
{
    /// <summary>The row of the first position.</summary>
    public int PositionOffset { get; init; }

    /// <summary>The number of segments; 0 where there are none.</summary>
    public int TypeVocabulary { get; init; }

    /// <summary>The width of the embeddings, E; that of the stream by default.</summary>
    public int EmbeddingWidth { get; init; } = Shape.Width;

    /// <summary>Whether embeddings of the stream's width are mapped to it, too.</summary>
    public bool IsAlwaysProjected { get; init; }

    /// <summary>The parameters of embedding and blocks, in order, each once.</summary>
    public IEnumerable<WeightSpec> Weights =>
    [
        WeightSpec.Table(Input.Tokens, Shape.Vocabulary, EmbeddingWidth),
        .. Input.Positions is { } positions
            ? [WeightSpec.Table(positions, Shape.ContextLength + PositionOffset, EmbeddingWidth)] : Array.Empty<WeightSpec>(),
        .. TypeVocabulary > 0 ? [WeightSpec.Table(Input.TokenTypes!, TypeVocabulary, EmbeddingWidth)] : Array.Empty<WeightSpec>(),
        .. WeightSpec.LayerNorm(Input.Norm, EmbeddingWidth),
        .. IsProjected ? WeightSpec.Linear(Input.Projection!, Shape.Width, EmbeddingWidth, bias: true) : [],
        .. Enumerable.Range(0, Shape.Layers).SelectMany(OfBlock).DistinctBy(spec => spec.Name),
    ];

    private bool IsProjected => Input.Projection is not null && (IsAlwaysProjected || EmbeddingWidth != Shape.Width);

    /// <summary>The stack over a table that holds the parameters.</summary>
    /// <param name="weights">The table.</param>
    /// <param name="refine">What a family makes of each block; nothing when null.</param>
    public PostNormStack Over(WeightTable weights, Func<int, PostNormBlock, PostNormBlock>? refine = null)
    {
        var input = new InputEmbedding(
            Embedding.From(weights, Input.Tokens),
            Input.Positions is { } positions ? Embedding.From(weights, positions) : null,
            PositionOffset,
            LayerNorm.From(weights, Input.Norm, Epsilon))
        {
            TokenTypes = TypeVocabulary > 0 ? Embedding.From(weights, Input.TokenTypes!) : null,
            Projection = IsProjected ? Linear.From(weights, Input.Projection!) : null,
        };
        var blocks = Enumerable.Range(0, Shape.Layers).Select(layer => (Layer: layer, Plain: BlockOver(weights, layer)));
        return new PostNormStack(
            Stack.Encoder, Shape, weights, input,
            [.. blocks.Select(block => refine is null ? block.Plain : refine(block.Layer, block.Plain))],
            new BlockNames(InBlock, Block.Down));
    }

    private IEnumerable<WeightSpec> OfBlock(int layer)
    {
        long width = Shape.Width, inner = Shape.MlpWidth;
        IEnumerable<WeightSpec> Map(string name, long outputs, long inputs) =>
            WeightSpec.Linear(InBlock(layer, name), outputs, inputs, bias: true);
        return
        [
            .. Map(Block.Query, width, width),
            .. Map(Block.Key, width, width),
            .. Map(Block.Value, width, width),
            .. Map(Block.AttentionOut, width, width),
            .. WeightSpec.LayerNorm(InBlock(layer, Block.AttentionNorm), width),
            .. Map(Block.Up, inner, width),
            .. Map(Block.Down, width, inner),
            .. WeightSpec.LayerNorm(InBlock(layer, Block.MlpNorm), width),
        ];
    }

    private PostNormBlock BlockOver(WeightTable weights, int layer)
    {
        Linear Map(string name) => Linear.From(weights, InBlock(layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, InBlock(layer, name), Epsilon);
        return new PostNormBlock(
            new AttentionLayer(
                Map(Block.Query), Map(Block.Key), Map(Block.Value), Map(Block.AttentionOut), Shape.Heads, AttentionForm.Plain),
            Norm(Block.AttentionNorm),
            Map(Block.Up), Activations.Find(Activation), Map(Block.Down), Norm(Block.MlpNorm));
    }
}

/// <summary>The full names of what comes before a stack of post-norm blocks.</summary>
/// <param name="Tokens">The token embedding.</param>
/// <param name="Norm">The norm of the sum of embeddings.</param>
internal sealed record InputNames(string Tokens, string Norm)
{
    /// <summary>The position embedding; none when null.</summary>
    public string? Positions { get; init; }

    /// <summary>The segments' embedding, where there are segments.</summary>
    public string? TokenTypes { get; init; }

    /// <summary>The map from the embeddings' width to the stream's, where they differ; none when null.</summary>
    public string? Projection { get; init; }
}

/// <summary>The names of the parameters within a post-norm block.</summary>
/// <param name="Query">To queries.</param>
/// <param name="Key">To keys.</param>
/// <param name="Value">To values.</param>
/// <param name="AttentionOut">Back to the stream.</param>
/// <param name="AttentionNorm">The norm behind the attention.</param>
internal sealed record PostNormNames(string Query, string Key, string Value, string AttentionOut, string AttentionNorm)
{
    /// <summary>The MLP's first map.</summary>
    public required string Up { get; init; }

    /// <summary>The MLP's second map.</summary>
    public required string Down { get; init; }

    /// <summary>The norm behind the MLP.</summary>
    public required string MlpNorm { get; init; }
}
