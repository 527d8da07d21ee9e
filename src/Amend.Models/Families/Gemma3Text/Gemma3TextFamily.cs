using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Gemma;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Gemma3Text;

/// <summary>
/// Gemma 3 (Gemma Team 2025), the text model, as Hugging Face's <c>Gemma3ForCausalLM</c> stores and computes it: Gemma 2 with norms on
/// queries and keys and another rotary base at the layers with windows.
/// </summary>
internal sealed class Gemma3TextFamily() : DecoderFamily("gemma3_text")
{
    /// <summary>The base of rotary positions of layers that see all tokens where the file does not say.</summary>
    internal const double DefaultTheta = 1e6;

    private const int DefaultWindow = 4096;

    /// <summary>Every how many layers one sees all tokens where the file does not say.</summary>
    internal const int DefaultPattern = 6;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Gemma3Gguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults => GemmaFamily.Tokenizers;

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) => Read(config);

    /// <summary>
    /// Reads what is said beyond Gemma's: query_pre_attn_scalar, final_logit_softcapping, sliding_window, and layer_types or
    /// sliding_window_pattern, every how many layers one sees all tokens; rotary settings are of those layers, rope_local_base_freq of the
    /// others, or rope_parameters of each type.
    /// </summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    internal static DecoderPlan Read(JsonElement config)
    {
        if (config.FlagOr("use_bidirectional_attention", false))
        {
            throw new ModelFormatException(
                "config.json: use_bidirectional_attention is true, so that tokens see later ones, too, which models that write do not; "
                + "give a model that writes.");
        }

        var plan = GemmaFamily.Read(config, "Gemma3ForCausalLM", DefaultTheta).WithNorms(NormNames.Around).WithQueryKeyNorm();
        var (slide, window) = (Slide(config, plan.Shape.Layers), WindowIn(config));
        var local = LocalRotary(config);
        return GemmaFamily.WithScale(plan, config, cap: null)
            .WithAttention((layer, attention) => !slide[layer] ? attention : attention with
            {
                Rotary = RotaryReader.Read(local, attention.HeadWidth), Form = attention.Form with { Window = window },
            })
            with { LogitCap = config.NumberOrNone("final_logit_softcapping", null) };
    }

    /// <summary>The rotary settings of the layers that have the window.</summary>
    internal static RotarySettings LocalRotary(JsonElement config) => RotarySettings.OfLayers(config, SlidingWindows.Sliding)
        ?? new RotarySettings(config, Scaling: null, config.NumberOr("rope_local_base_freq", RotarySettings.DefaultTheta));

    /// <summary>Which layers have the window.</summary>
    internal static IReadOnlyList<bool> Slide(JsonElement config, int layers) => SlidingWindows.Slide(
        config, layers, SlidingWindows.AllButEach(config.SizeOr("sliding_window_pattern", DefaultPattern)));

    /// <summary>The window of the layers that have it; null for none.</summary>
    internal static int? WindowIn(JsonElement config) => SlidingWindows.Width(config, DefaultWindow);
}
