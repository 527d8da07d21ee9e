using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Phi3;

/// <summary>Phi-3 and Phi-4 (Abdin et al. 2024) as Hugging Face's <c>Phi3ForCausalLM</c> stores and computes them.</summary>
public sealed class Phi3Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "phi3";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Phi3Config.Read(config);
        return new Phi3Model(typed, WeightReader.ReadAll(Phi3Weights.Of(typed), checkpoint, dtype, device, Phi3Weights.Prefix));
    }
}
