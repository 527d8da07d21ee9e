using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Mpt;

/// <summary>
/// MPT (MosaicML 2023) as Hugging Face's <c>MptForCausalLM</c> stores and computes it: norms without a shift before attention and MLP,
/// linear biases in the place of positions, no gate and no biases, a tied head.
/// </summary>
internal sealed class MptFamily() : DecoderFamily("mpt")
{
    private const string ConfigKey = "attn_config";

    private static readonly DecoderNames Names = new("transformer.", "blocks", "wte", "norm_f");

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new MptGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var (layers, width, heads) = (config.Size("n_layers"), config.Size("d_model"), config.Size("n_heads"));
        var shape = new ModelShape(layers, width, 4 * width, heads, config.Size("vocab_size"), config.Size("max_seq_len"));
        var ofAttention = config.ObjectOrNone(ConfigKey);
        if (ofAttention is { } said && !said.FlagOr("alibi", true))
        {
            throw new ModelFormatException(
                $"config.json: {ConfigKey}.alibi is false, so that positions would be learned, which no published model has and this "
                + "version does not compute; give a model with alibi true.");
        }

        var attention = new HeadedAttentionPlan(heads, heads, config.HeadWidth("d_model", "n_heads"))
        {
            Fused = ("attn.Wqkv", FusedOrder.ByKind),
            Out = "attn.out_proj",
            Bound = ofAttention?.NumberOrNone("clip_qkv", null),
            Form = new() { AlibiSlopes = Alibi.Slopes(heads), Scale = ofAttention?.NumberOrNone("softmax_scale", null) },
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, "gelu") { Gate = null, Up = "ffn.up_proj", Down = "ffn.down_proj" };
        var norm = new NormPlan(NormKind.LayerWithoutShift, config.NumberOr("layer_norm_epsilon", 1e-5));
        var block = new BlockPlan(attention, mlp, norm) { Norms = new("norm_1", "norm_2") };
        return new("MptForCausalLM", shape, norm, [.. Enumerable.Repeat(block, layers)])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", true),
        };
    }
}
