using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Qwen3;

/// <summary>
/// Qwen3 (Yang et al. 2025) as Hugging Face's <c>Qwen3ForCausalLM</c> stores and computes it: Llama with norms on queries and keys.
/// </summary>
public sealed class Qwen3Family : IModelFamily
{
    /// <summary>The width of a head where the file does not say.</summary>
    internal const int DefaultHeadWidth = 128;

    /// <inheritdoc/>
    public string ModelType => "qwen3";

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new Qwen3Gguf();

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Read(config);
        var weights = WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Form);
        return LlamaFamily.Create(typed, weights, "Qwen3ForCausalLM");
    }

    /// <summary>Reads what is said beyond Llama's: head_dim with a default of its own, attention_bias, and Qwen2's windows.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static LlamaConfig Read(JsonElement config)
    {
        var typed = LlamaConfig.Read(config, DefaultHeadWidth);
        var attentionBias = config.FlagOr("attention_bias", false);
        return typed with
        {
            Windows = Qwen2Family.ReadWindows(config, typed.Shape.Layers),
            QueryKeyNorm = true,
            QueryKeyValueBias = attentionBias,
            AttentionOutBias = attentionBias,
        };
    }
}
