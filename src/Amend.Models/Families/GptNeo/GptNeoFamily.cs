using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Shapes;

namespace Amend.Models.Families.GptNeo;

/// <summary>
/// GPT-Neo (Black et al. 2021) as Hugging Face's <c>GPTNeoForCausalLM</c> stores and computes it: GPT-2 whose scores are not scaled and
/// whose layers take turns in seeing all earlier tokens or a window.
/// </summary>
internal sealed class GptNeoFamily() : DecoderFamily("gpt_neo")
{
    private const int DefaultWindow = 256;

    private static readonly DecoderNames Names = new("transformer.", "h", "wte", "ln_f")
    {
        Positions = "wpe",
        PassedOver = [".attn.attention.bias", ".attn.attention.masked_bias"],
    };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var (layers, width, heads) = (config.Size("num_layers"), config.Size("hidden_size"), config.Size("num_heads"));
        var shape = new ModelShape(
            layers, width, config.SizeOr("intermediate_size", 4 * width), heads, config.Size("vocab_size"),
            config.Size("max_position_embeddings"));
        var attention = new HeadedAttentionPlan(heads, heads, config.HeadWidth("hidden_size", "num_heads"))
        {
            Separate = ("attn.attention.q_proj", "attn.attention.k_proj", "attn.attention.v_proj"), Out = "attn.attention.out_proj",
            OutBias = true,
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, config.TextOr("activation_function", "gelu_new"))
        {
            Gate = null, Up = "mlp.c_fc", Down = "mlp.c_proj", Bias = true,
        };
        var norm = new NormPlan(NormKind.Layer, config.NumberOr("layer_norm_epsilon", 1e-5));
        var blocks = ReadWindows(config, layers).Select(window =>
            new BlockPlan(attention with { Form = new() { Scale = 1, Window = window } }, mlp, norm) { Norms = new("ln_1", "ln_2") });
        return new("GPTNeoForCausalLM", shape, norm, [.. blocks])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", true),
        };
    }

    /// <summary>
    /// The window of each layer, null where it sees all earlier tokens: attention_layers or attention_types, and window_size.
    /// </summary>
    /// <exception cref="ModelFormatException">There is not one kind a layer, or an unknown one.</exception>
    internal static IReadOnlyList<int?> ReadWindows(JsonElement config, int layers)
    {
        var kinds = config.TextsOrNone("attention_layers") ?? ReadTypes(config);
        if (kinds.Count != layers || kinds.Any(kind => kind is not ("global" or "local")))
        {
            throw new ModelFormatException(
                $"config.json: attention_layers has {kinds.Count} of {string.Join(", ", kinds.Distinct())}, where {layers} of "
                + "global or local were expected; check the model folder.");
        }

        return [.. kinds.Select(kind => kind == "local" ? config.SizeOr("window_size", DefaultWindow) : (int?)null)];
    }

    /// <summary>attention_types: kinds and how often they repeat, such as <c>[[["global", "local"], 12]]</c>.</summary>
    private static List<string> ReadTypes(JsonElement config)
    {
        try
        {
            return
            [
                .. config.GetProperty("attention_types").EnumerateArray().SelectMany(type =>
                    Enumerable.Repeat(type[0].EnumerateArray().Select(kind => kind.GetString()!), type[1].GetInt32())
                        .SelectMany(kinds => kinds)),
            ];
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new ModelFormatException(
                "config.json: attention_types should be a list such as [[[\"global\", \"local\"], 12]] but is missing or of "
                + "another form; check the model folder.",
                e);
        }
    }
}
