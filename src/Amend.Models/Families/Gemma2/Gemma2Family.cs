using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Gemma2;

/// <summary>Gemma 2 (Gemma Team 2024) as Hugging Face's <c>Gemma2ForCausalLM</c> stores and computes it.</summary>
public sealed class Gemma2Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gemma2";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Gemma2Config.Read(config);
        return new Gemma2Model(typed, WeightReader.ReadAll(Gemma2Weights.Of(typed), checkpoint, dtype, device, Gemma2Weights.Prefix));
    }
}
