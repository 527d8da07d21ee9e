using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using System.Text.Json.Nodes;

namespace Amend.Models.Families.GptOss;

/// <summary>gpt-oss's models in GGUF files: Llama's names with sinks and biases, and every block is a mixture.</summary>
internal sealed class GptOssGguf : IGgufArchitecture
{
    private const string Rounding = "truncate";

    /// <inheritdoc/>
    public string Name => "gpt-oss";

    /// <inheritdoc/>
    public string ModelType => "gpt_oss";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
    [
        "Every second layer sees a window, from the first one on.",
        "Gates and ups are bounded by 7, and gates multiplied with 1.702 before the sigmoid; YaRN's bounds are not rounded.",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.Plain(
            LlamaGguf.HeadWidth(GptOssFamily.DefaultHeadWidth),
            GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", GptOssFamily.DefaultEpsilon)),
        [
            GgufRotary.Base(missing: GptOssFamily.DefaultTheta),
            GgufRotary.Scaling() with { Read = ReadScaling, Write = config => GgufRotary.Scaling().Write(WithoutRounding(config)) },
            GgufWindows.Key(
                config => new GptOssFamily().Plan(config, []),
                layer => layer % 2 == 0,
                "every second layer has a window, from the first one on"),
            new("mlp_width", _ => null, config => [("expert_feed_forward_length", (uint)config.Size("intermediate_size"))]),
            .. GgufExperts.Local(GptOssFamily.DefaultExperts, GptOssFamily.DefaultChosen),
            GgufKey.Unsaid("swiglu_limit", "7", "7.0"),
            GgufKey.Unsaid("swiglu_alpha", "1.702"),
        ]);

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => GgufModule.With(
        GgufExperts.Modules(LlamaGguf.InOrder, "mlp.router", "mlp.experts"),
        new("blk.N.post_attention_norm", "model.layers.N.post_attention_layernorm"),
        new("blk.N.attn_sinks.weight", "model.layers.N.self_attn.sinks") { IsTensor = true });

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) =>
        RotarySettings.Of(config) is { Name: "yarn", Scaling: { } scaling } && !scaling.FlagOr(Rounding, true)
            ? ["llama.cpp rounds the bounds of YaRN, which the model does not (truncate false): its positions differ slightly there."]
            : [];

    private static Dictionary<string, object?>? ReadScaling(GgufSettings file)
    {
        if (GgufRotary.Scaling().Read(file) is not Dictionary<string, object?> scaling)
            return null;
        scaling[Rounding] = false;
        return scaling;
    }

    private static JsonElement WithoutRounding(JsonElement config)
    {
        var keys = JsonNode.Parse(config.GetRawText())!.AsObject();
        foreach (var name in (string[])["rope_scaling", "rope_parameters"])
            (keys[name] as JsonObject)?.Remove(Rounding);
        return JsonSerializer.SerializeToElement(keys);
    }
}
