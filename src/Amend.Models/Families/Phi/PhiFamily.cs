using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Phi;

/// <summary>
/// Phi-1 and Phi-2 (Gunasekar et al. 2023) as Hugging Face's <c>PhiForCausalLM</c> stores and computes them: attention and MLP side by side
/// behind one norm, no gate, rotary positions on part of each head, biases everywhere.
/// </summary>
internal sealed class PhiFamily() : DecoderFamily("phi")
{
    private static readonly LlamaKeys Keys = new()
    {
        Norm = NormKind.Layer, EpsilonKey = "layer_norm_eps", Epsilon = 1e-5, Activation = "gelu_new", Share = 0.5,
    };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new PhiGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "PhiForCausalLM", Keys);
        QueryKeyNormPlan? norms = config.FlagOr("qk_layernorm", false)
            ? new(plan.Norm) { Query = "self_attn.q_layernorm", Key = "self_attn.k_layernorm" } : null;
        return plan
            .WithAttention((_, attention) => attention with { Out = "self_attn.dense", QueryKeyNorm = norms })
            .WithMlp((_, mlp) => mlp with { Gate = null, Up = "mlp.fc1", Down = "mlp.fc2" })
            .WithBias(queries: true, output: true, mlp: true)
            .WithNorms(NormNames.One, parallel: true)
            with { Names = DecoderNames.Llama with { FinalNorm = "final_layernorm" }, HeadBias = true };
    }
}
