using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families;

/// <summary>A family whose pretrained encoders, whatever head they have, can be given a new one and trained as classifiers.</summary>
public interface IClassifierFamily : IModelFamily
{
    /// <summary>Builds a classifier of a checkpoint's encoder and a new head.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="checkpoint">The open weights.</param>
    /// <param name="head">The head.</param>
    /// <param name="dtype">The weights' type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="ModelFormatException">Configuration and weights do not fit, or name what the family does not have.</exception>
    EncoderClassifier LoadWithNewHead(
        JsonElement config, Checkpoint checkpoint, NewHead head, torch.ScalarType dtype, torch.Device device);
}
