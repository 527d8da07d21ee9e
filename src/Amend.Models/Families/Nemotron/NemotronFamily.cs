using System.Text.Json;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Nemotron;

/// <summary>
/// Nemotron-4 and Minitron (Parmar et al. 2024) as Hugging Face's <c>NemotronForCausalLM</c> stores and computes them: Llama with layer
/// norms whose scale is 1 + weight, no gate, a squared ReLU, and rotary positions on half of each head.
/// </summary>
internal sealed class NemotronFamily() : DecoderFamily("nemotron")
{
    private static readonly LlamaKeys Keys = new()
    {
        Norm = NormKind.LayerAroundOne, EpsilonKey = "norm_eps", Epsilon = 1e-5, Activation = "relu2", Share = 0.5,
    };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new NemotronGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) =>
        LlamaPlan.Read(config, "NemotronForCausalLM", Keys).WithBias(config).WithMlp((_, mlp) => mlp with { Gate = null });
}
