using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.GptNeoX;

/// <summary>GPT-NeoX (Black et al. 2022) and Pythia (Biderman et al. 2023), as Hugging Face's <c>GPTNeoXForCausalLM</c> stores and computes them.</summary>
public sealed class GptNeoXFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gpt_neox";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = GptNeoXConfig.Read(config);
        return new GptNeoXModel(typed, WeightReader.ReadAll(GptNeoXWeights.Of(typed), checkpoint, dtype, device, GptNeoXWeights.Prefix));
    }
}
