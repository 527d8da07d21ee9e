using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Qwen2;

/// <summary>Qwen2 and Qwen2.5 (Yang et al. 2024) as Hugging Face's <c>Qwen2ForCausalLM</c> stores and computes them: Llama with biases at queries, keys and values.</summary>
public sealed class Qwen2Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "qwen2";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Qwen2Config.Read(config);
        return new LlamaModel(typed, WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Prefix));
    }
}
