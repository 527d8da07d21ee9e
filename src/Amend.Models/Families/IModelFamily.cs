using System.Text.Json;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families;

/// <summary>A family of causal decoders: how a checkpoint's configuration and weights become a decoder.</summary>
public interface IModelFamily : ITransformerFamily
{
    /// <summary>Builds the decoder of a checkpoint.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="checkpoint">The open weights.</param>
    /// <param name="dtype">The weights' type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="ModelFormatException">Configuration and weights do not fit, or name what the family does not have.</exception>
    CausalDecoder Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device);

    /// <inheritdoc/>
    TransformerModel ITransformerFamily.LoadModel(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device) =>
        Load(config, checkpoint, dtype, device);
}
