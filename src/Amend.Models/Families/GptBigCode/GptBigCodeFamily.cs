using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GptBigCode;

/// <summary>
/// StarCoder and SantaCoder (Li et al. 2023) as Hugging Face's <c>GPTBigCodeForCausalLM</c> stores and computes them: GPT-2 with linear
/// weights as <c>[out,in]</c> and one key and value head behind all queries.
/// </summary>
internal sealed class GptBigCodeFamily() : DecoderFamily("gpt_bigcode")
{
    private static readonly DecoderNames Names = new("transformer.", "h", "wte", "ln_f")
    {
        Positions = "wpe",
        PassedOver = [".attn.bias", ".attn.masked_bias"],
    };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new GptBigCodeGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var (layers, width, heads) = (config.Size("n_layer"), config.Size("n_embd"), config.Size("n_head"));
        var isShared = config.FlagOr("multi_query", true);
        var shape = new ModelShape(
            layers, width, config.SizeOr("n_inner", 4 * width), heads, config.Size("vocab_size"), config.Size("n_positions"));
        var attention = new HeadedAttentionPlan(heads, isShared ? 1 : heads, config.HeadWidth("n_embd", "n_head"))
        {
            Fused = ("attn.c_attn", isShared ? FusedOrder.ByKind : FusedOrder.ByGroup),
            Out = "attn.c_proj", Bias = true, OutBias = true,
            Form = new() { Scale = config.FlagOr("scale_attn_weights", true) ? null : 1 },
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, config.TextOr("activation_function", "gelu_pytorch_tanh"))
        {
            Gate = null, Up = "mlp.c_fc", Down = "mlp.c_proj", Bias = true,
        };
        var norm = new NormPlan(NormKind.Layer, config.NumberOr("layer_norm_epsilon", 1e-5));
        var block = new BlockPlan(attention, mlp, norm) { Norms = new("ln_1", "ln_2") };
        return new("GPTBigCodeForCausalLM", shape, norm, [.. Enumerable.Repeat(block, layers)])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", true),
        };
    }
}
