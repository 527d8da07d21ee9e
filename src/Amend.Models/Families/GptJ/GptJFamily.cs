using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.GptJ;

/// <summary>
/// GPT-J (Wang and Komatsuzaki 2021) as Hugging Face's <c>GPTJForCausalLM</c> stores and computes it: attention and MLP side by side behind
/// one norm, neighbouring values of part of each head turned, a head with a bias.
/// </summary>
internal sealed class GptJFamily() : DecoderFamily("gptj")
{
    private const int DefaultRotaryDim = 64;

    private static readonly DecoderNames Names = new("transformer.", "h", "wte", "ln_f")
    {
        PassedOver = [".attn.bias", ".attn.masked_bias"],
    };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var (layers, width, heads) = (config.Size("n_layer"), config.Size("n_embd"), config.Size("n_head"));
        var headWidth = config.HeadWidth("n_embd", "n_head");
        var shape = new ModelShape(
            layers, width, config.SizeOr("n_inner", 4 * width), heads, config.Size("vocab_size"), config.Size("n_positions"));
        var attention = new HeadedAttentionPlan(heads, heads, headWidth)
        {
            Separate = ("attn.q_proj", "attn.k_proj", "attn.v_proj"), Out = "attn.out_proj",
            Rotary = RotaryReader.Read(config, config.SizeOrNone("rotary_dim", DefaultRotaryDim) ?? headWidth)
                with { Layout = RotaryLayout.Neighbours },
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, config.TextOr("activation_function", "gelu_new"))
        {
            Gate = null, Up = "mlp.fc_in", Down = "mlp.fc_out", Bias = true,
        };
        var norm = new NormPlan(NormKind.Layer, config.NumberOr("layer_norm_epsilon", 1e-5));
        var block = new BlockPlan(attention, mlp, norm) { Norms = new("ln_1", null), IsParallel = true };
        return new("GPTJForCausalLM", shape, norm, [.. Enumerable.Repeat(block, layers)])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", false),
            HeadBias = true,
        };
    }
}
