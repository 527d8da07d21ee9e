using System.Text.Json;
using Amend.Atlas.Training.Experts;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Gpt2;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>
/// What kind of decoder an atlas GPT is. Its parameters start as GPT-2's do (Radford et al. 2019): normal with deviation 0.02, maps whose
/// output is added to the residual stream divided by √(2L), norms one and biases zero.
/// </summary>
/// <param name="Title">What it is called.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Config">Its <c>config.json</c>, but for token ids and types.</param>
/// <param name="IsResidualOut">Whether the output of the map whose weight has a name is added to the residual stream.</param>
internal sealed record GptDesign(
    string Title, ModelShape Shape, IReadOnlyDictionary<string, object> Config, Predicate<string> IsResidualOut)
{
    private const double Deviation = 0.02;

    /// <summary>The family's <c>model_type</c>.</summary>
    public string ModelType => (string)Config["model_type"];

    /// <summary>Its experts; null where it has none.</summary>
    public MixtureOptions? Mixture { get; init; }

    /// <summary>A GPT-2.</summary>
    public static GptDesign Gpt2(ModelShape shape)
    {
        var config = new Gpt2Config(shape, Gpt2Config.DefaultLayerNormEpsilon, Gpt2Config.DefaultActivation, true, false, true);
        return new GptDesign("GPT-2", shape, config.ToJson(), Gpt2Weights.IsResidualOut);
    }

    /// <summary>A Mixtral: the same sizes, with a mixture of gated experts in each block.</summary>
    public static GptDesign Mixtral(ModelShape shape, MixtureOptions mixture)
    {
        var config = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["architectures"] = new[] { "MixtralForCausalLM" },
            ["hidden_act"] = "silu",
            ["hidden_size"] = shape.Width,
            ["intermediate_size"] = mixture.ExpertWidth,
            ["max_position_embeddings"] = shape.ContextLength,
            ["model_type"] = "mixtral",
            ["num_attention_heads"] = shape.Heads,
            ["num_experts_per_tok"] = mixture.Chosen,
            ["num_hidden_layers"] = shape.Layers,
            ["num_key_value_heads"] = shape.Heads,
            ["num_local_experts"] = mixture.Experts,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["router_aux_loss_coef"] = mixture.BalanceWeight,
            ["tie_word_embeddings"] = true,
            ["vocab_size"] = shape.Vocabulary,
        };
        return new GptDesign("Mixtral", shape, config, name => name.EndsWith("o_proj.weight", StringComparison.Ordinal)
            || name.EndsWith("w2.weight", StringComparison.Ordinal))
        {
            Mixture = mixture,
        };
    }

    /// <summary>The decoder with fresh parameters, with gradients on.</summary>
    /// <param name="seed">Their seed.</param>
    public CausalDecoder Make(int seed)
    {
        using var generator = new Generator((ulong)seed);
        var family = (IFreshFamily)BuiltInFamilies.All.Find(ModelType);
        return family.Create(JsonSerializer.SerializeToElement(Config), spec => Fresh(spec, generator).requires_grad_(true));
    }

    private Tensor Fresh(WeightSpec spec, Generator generator)
    {
        if (spec.Shape.Length == 1)
            return spec.Name.EndsWith(".weight", StringComparison.Ordinal) ? ones(spec.Shape) : zeros(spec.Shape);
        return randn(spec.Shape, generator: generator) * (IsResidualOut(spec.Name) ? Deviation / Math.Sqrt(2 * Shape.Layers) : Deviation);
    }
}
