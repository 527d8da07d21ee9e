using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Starcoder2;

/// <summary>
/// StarCoder 2 (Lozhkov et al. 2024) as Hugging Face's <c>Starcoder2ForCausalLM</c> stores and computes it: Llama with layer norms,
/// biases, no gate, and a window at every layer.
/// </summary>
internal sealed class Starcoder2Family() : DecoderFamily("starcoder2")
{
    private static readonly LlamaKeys Keys = new()
    {
        Norm = NormKind.Layer, EpsilonKey = "norm_epsilon", Epsilon = 1e-5, Activation = "gelu_pytorch_tanh", IsTied = true,
    };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Starcoder2Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Starcoder2ForCausalLM", Keys);
        var hasBias = config.FlagOr("use_bias", true);
        return plan
            .WithMlp((_, mlp) => mlp with { Gate = null, Up = "mlp.c_fc", Down = "mlp.c_proj" })
            .WithBias(hasBias, hasBias, hasBias)
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, null), _ => true));
    }
}
