using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Qwen3;

/// <summary>Qwen3 (Yang et al. 2025) as Hugging Face's <c>Qwen3ForCausalLM</c> stores and computes it: Llama with norms on queries and keys.</summary>
public sealed class Qwen3Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "qwen3";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Qwen3Config.Read(config);
        return new LlamaModel(typed, WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Prefix));
    }
}
