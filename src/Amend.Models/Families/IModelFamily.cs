using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families;

/// <summary>A model family: how a checkpoint's configuration and weights become a model of one of the family's kinds.</summary>
public interface IModelFamily
{
    /// <summary>The <c>model_type</c> in <c>config.json</c>.</summary>
    string ModelType { get; }

    /// <summary>What the family's tokenizers do where their files say nothing.</summary>
    TokenizerDefaults TokenizerDefaults => TokenizerDefaults.None;

    /// <summary>How the family's models lie in GGUF files; null, the default, where no such files are read.</summary>
    IGgufArchitecture? Gguf => null;

    /// <summary>
    /// The <c>quant_method</c> of <c>quantization_config</c> whose weights are read, because the family is published so; null, the default,
    /// for none.
    /// </summary>
    string? Quantization => null;

    /// <summary>Builds the model of a checkpoint.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="checkpoint">The open weights.</param>
    /// <param name="dtype">The weights' type in memory.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="ModelFormatException">Configuration and weights do not fit, or name what the family does not have.</exception>
    TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device);
}
