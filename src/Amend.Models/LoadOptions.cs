using Amend.Models.Families;
using TorchSharp;

namespace Amend.Models;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>Where the weights go; the CPU by default.</summary>
    public torch.Device Device { get; init; } = new(DeviceType.CPU); // torch.CPU would load libtorch.

    /// <summary>The weights' type in memory; float32 by default.</summary>
    public torch.ScalarType DType { get; init; } = torch.ScalarType.Float32;

    /// <summary>The folder of the tokenizer's files; the model's own when null, the default.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>
    /// Whether <see cref="LanguageModel.BaseHash"/> is computed when it is first asked for, which spares reading all weights once more
    /// where nobody asks; false by default. Who writes into weights himself asks for it before.
    /// </summary>
    public bool HashesLater { get; init; }

    /// <summary>
    /// The head that an encoder gets in the place of whatever its checkpoint has behind it, for a classifier that is to be trained; null,
    /// the default, for the checkpoint's own.
    /// </summary>
    public NewHead? NewHead { get; init; }

    /// <summary>
    /// Is told what was found that is worth knowing, a sentence each; no one by default. <see cref="LanguageModel.Notes"/> has them, too.
    /// </summary>
    public IProgress<string>? Notes { get; init; }
}
