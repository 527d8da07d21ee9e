using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Gpt2;

/// <summary>The names, shapes and orientation of GPT-2's parameters on disk: the only place that knows them.</summary>
public static class Gpt2Weights
{
    /// <summary>The token embedding.</summary>
    public const string TokenEmbedding = "transformer.wte.weight";

    /// <summary>The position embedding.</summary>
    public const string PositionEmbedding = "transformer.wpe.weight";

    /// <summary>The final norm's scale.</summary>
    public const string FinalNormWeight = "transformer.ln_f.weight";

    /// <summary>The final norm's shift.</summary>
    public const string FinalNormBias = "transformer.ln_f.bias";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head.weight";

    private const string Prefix = "transformer.";

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}h.{layer}.{name}";

    /// <summary>The parameters of a block: name, shape in memory (linear weights <c>[out,in]</c>), and whether stored transposed.</summary>
    public static IEnumerable<(string Name, long[] Shape, bool StoredTransposed)> OfBlock(ModelShape shape, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        yield return (InBlock(layer, "ln_1.weight"), [width], false);
        yield return (InBlock(layer, "ln_1.bias"), [width], false);
        yield return (InBlock(layer, "attn.c_attn.weight"), [3 * width, width], true);
        yield return (InBlock(layer, "attn.c_attn.bias"), [3 * width], false);
        yield return (InBlock(layer, "attn.c_proj.weight"), [width, width], true);
        yield return (InBlock(layer, "attn.c_proj.bias"), [width], false);
        yield return (InBlock(layer, "ln_2.weight"), [width], false);
        yield return (InBlock(layer, "ln_2.bias"), [width], false);
        yield return (InBlock(layer, "mlp.c_fc.weight"), [inner, width], true);
        yield return (InBlock(layer, "mlp.c_fc.bias"), [inner], false);
        yield return (InBlock(layer, "mlp.c_proj.weight"), [width, inner], true);
        yield return (InBlock(layer, "mlp.c_proj.bias"), [width], false);
    }

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<(string Name, long[] Shape, bool StoredTransposed)> Of(ModelShape shape, bool tied)
    {
        yield return (TokenEmbedding, [shape.Vocabulary, shape.Width], false);
        yield return (PositionEmbedding, [shape.ContextLength, shape.Width], false);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            foreach (var weight in OfBlock(shape, layer))
                yield return weight;
        }

        yield return (FinalNormWeight, [shape.Width], false);
        yield return (FinalNormBias, [shape.Width], false);
        if (!tied)
            yield return (Head, [shape.Vocabulary, shape.Width], false);
    }

    /// <summary>Reads all parameters of a checkpoint; buffers such as causal masks in it are passed over.</summary>
    /// <exception cref="ModelFormatException">Tensors are missing or of another shape; all are listed.</exception>
    public static WeightTable Read(Gpt2Config config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        using var reader = new WeightReader(checkpoint, dtype, device, Prefix);
        foreach (var (name, shape, storedTransposed) in Of(config.Shape, config.TieWordEmbeddings))
        {
            if (storedTransposed)
                reader.ReadTransposed(name, shape[0], shape[1]);
            else
                reader.Read(name, shape);
        }

        return reader.Finish();
    }
}
