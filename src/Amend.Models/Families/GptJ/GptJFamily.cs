using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.GptJ;

/// <summary>GPT-J (Wang and Komatsuzaki 2021) as Hugging Face's <c>GPTJForCausalLM</c> stores and computes it.</summary>
public sealed class GptJFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gptj";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = GptJConfig.Read(config);
        return new GptJModel(typed, WeightReader.ReadAll(GptJWeights.Of(typed), checkpoint, dtype, device, GptJWeights.Prefix));
    }
}
