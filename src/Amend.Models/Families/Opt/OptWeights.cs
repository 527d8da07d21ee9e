using Amend.Models.Weights;

namespace Amend.Models.Families.Opt;

/// <summary>The names, shapes and orientation of OPT's parameters on disk: the only place that knows them.</summary>
public static class OptWeights
{
    /// <summary>What names begin with, unless the file leaves it out.</summary>
    public const string Prefix = "model.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "model.decoder.embed_tokens";

    /// <summary>The position embedding; position p is in row p + <see cref="PositionOffset"/>.</summary>
    public const string Positions = "model.decoder.embed_positions";

    /// <summary>From the token embedding's width to the stream's, where they differ.</summary>
    public const string ProjectIn = "model.decoder.project_in";

    /// <summary>From the stream's width to the token embedding's, where they differ.</summary>
    public const string ProjectOut = "model.decoder.project_out";

    /// <summary>The final norm, where there is one.</summary>
    public const string FinalNorm = "model.decoder.final_layer_norm";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>The row of the first position; the rows before it were for padding.</summary>
    public const int PositionOffset = 2;

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"model.decoder.layers.{layer}.{name}";

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(OptConfig config)
    {
        var (shape, narrow) = (config.Shape, config.EmbeddingWidth);
        var projected = narrow != shape.Width;
        return
        [
            WeightSpec.Table(Tokens, shape.Vocabulary, narrow),
            WeightSpec.Table(Positions, shape.ContextLength + PositionOffset, shape.Width),
            .. projected ? WeightSpec.Linear(ProjectIn, shape.Width, narrow, bias: false) : [],
            .. projected ? WeightSpec.Linear(ProjectOut, narrow, shape.Width, bias: false) : [],
            .. Enumerable.Range(0, shape.Layers).SelectMany(layer => OfBlock(config, layer)),
            .. config.FinalNorm && config.NormWeights ? WeightSpec.LayerNorm(FinalNorm, shape.Width) : [],
            .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, shape.Vocabulary, narrow) },
        ];
    }

    private static IEnumerable<WeightSpec> OfBlock(OptConfig config, int layer)
    {
        long width = config.Shape.Width, inner = config.Shape.MlpWidth;
        return
        [
            .. WeightSpec.Linear(InBlock(layer, "self_attn.q_proj"), width, width, config.Biases),
            .. WeightSpec.Linear(InBlock(layer, "self_attn.k_proj"), width, width, config.Biases),
            .. WeightSpec.Linear(InBlock(layer, "self_attn.v_proj"), width, width, config.Biases),
            .. WeightSpec.Linear(InBlock(layer, "self_attn.out_proj"), width, width, config.Biases),
            .. config.NormWeights ? WeightSpec.LayerNorm(InBlock(layer, "self_attn_layer_norm"), width) : [],
            .. WeightSpec.Linear(InBlock(layer, "fc1"), inner, width, config.Biases),
            .. WeightSpec.Linear(InBlock(layer, "fc2"), width, inner, config.Biases),
            .. config.NormWeights ? WeightSpec.LayerNorm(InBlock(layer, "final_layer_norm"), width) : [],
        ];
    }
}
