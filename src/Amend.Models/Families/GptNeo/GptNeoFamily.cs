using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.GptNeo;

/// <summary>GPT-Neo (Black et al. 2021) as Hugging Face's <c>GPTNeoForCausalLM</c> stores and computes it.</summary>
public sealed class GptNeoFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gpt_neo";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = GptNeoConfig.Read(config);
        return new GptNeoModel(typed, WeightReader.ReadAll(GptNeoWeights.Of(typed), checkpoint, dtype, device, GptNeoWeights.Prefix));
    }
}
