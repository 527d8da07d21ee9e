using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Bloom;

/// <summary>BLOOM (BigScience 2022) as Hugging Face's <c>BloomForCausalLM</c> stores and computes it.</summary>
public sealed class BloomFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "bloom";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = BloomConfig.Read(config);
        return new BloomModel(typed, WeightReader.ReadAll(BloomWeights.Of(typed), checkpoint, dtype, device, BloomWeights.Prefix));
    }
}
