using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Mistral;

/// <summary>Mistral (Jiang et al. 2023) as Hugging Face's <c>MistralForCausalLM</c> stores and computes it: Llama with sliding windows.</summary>
public sealed class MistralFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "mistral";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = MistralConfig.Read(config);
        return new LlamaModel(typed, WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Prefix));
    }
}
