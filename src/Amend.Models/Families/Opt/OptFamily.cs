using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Opt;

/// <summary>OPT (Zhang et al. 2022) as Hugging Face's <c>OPTForCausalLM</c> stores and computes it.</summary>
public sealed class OptFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "opt";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = OptConfig.Read(config);
        return new OptModel(typed, WeightReader.ReadAll(OptWeights.Of(typed), checkpoint, dtype, device, OptWeights.Prefix));
    }
}
