using System.Text.Json;
using Amend.Models.Families;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>A family of causal decoders that is put together of parts: all it says is how a configuration becomes a plan.</summary>
/// <param name="modelType">The <c>model_type</c> in <c>config.json</c>.</param>
internal abstract class DecoderFamily(string modelType) : IFreshFamily
{
    /// <inheritdoc/>
    public string ModelType => modelType;

    /// <inheritdoc/>
    public virtual IGgufArchitecture? Gguf => null;

    /// <inheritdoc/>
    public virtual string? Quantization => null;

    /// <inheritdoc/>
    public virtual TokenizerDefaults TokenizerDefaults => TokenizerDefaults.None;

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, ScalarType dtype, Device device) =>
        Plan(config, checkpoint.Names).Load(checkpoint, dtype, device);

    /// <inheritdoc/>
    public CausalDecoder Create(JsonElement config, Func<WeightSpec, Tensor> fresh)
    {
        var plan = Plan(config, tensors: []);
        return plan.Build(WeightTable.Of(plan.Weights, fresh));
    }

    /// <summary>The parts of a model.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="tensors">The names of the checkpoint's tensors, for families whose files lie in more than one form.</param>
    /// <exception cref="Configuration.ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public abstract DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors);
}
