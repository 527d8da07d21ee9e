using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Llama;

/// <summary>Llama 1 to 3 (Touvron et al. 2023, Dubey et al. 2024) as Hugging Face's <c>LlamaForCausalLM</c> stores and computes them.</summary>
public sealed class LlamaFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "llama";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var attentionBias = config.FlagOr("attention_bias", false);
        var typed = LlamaConfig.Read(config) with
        {
            QueryKeyValueBias = attentionBias,
            AttentionOutBias = attentionBias,
            MlpBias = config.FlagOr("mlp_bias", false),
        };
        return new LlamaModel(typed, WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Prefix));
    }
}
