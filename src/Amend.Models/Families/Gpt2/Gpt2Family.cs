using System.Text.Json;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Gpt2;

/// <summary>GPT-2 (Radford et al. 2019) as Hugging Face's <c>GPT2LMHeadModel</c> stores and computes it.</summary>
public sealed class Gpt2Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gpt2";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Gpt2Config.Read(config);
        return new Gpt2Model(typed, WeightReader.ReadAll(Gpt2Weights.Of(typed.Shape, typed.TieWordEmbeddings), checkpoint, dtype, device, Gpt2Weights.Prefix));
    }
}
