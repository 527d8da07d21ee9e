using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;

namespace Amend.Models.Families.Qwen3;

/// <summary>What a Qwen3 <c>config.json</c> says beyond Llama's: head_dim with a default of its own, attention_bias, and Qwen2's windows.</summary>
public static class Qwen3Config
{
    private const int DefaultHeadWidth = 128;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static LlamaConfig Read(JsonElement config)
    {
        var typed = LlamaConfig.Read(config, DefaultHeadWidth);
        var attentionBias = config.FlagOr("attention_bias", false);
        return typed with
        {
            Windows = Qwen2Config.ReadWindows(config, typed.Shape.Layers),
            QueryKeyNorm = true,
            QueryKeyValueBias = attentionBias,
            AttentionOutBias = attentionBias,
        };
    }
}
