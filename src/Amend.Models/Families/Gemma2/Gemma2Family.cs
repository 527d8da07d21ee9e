using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Gemma;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Gemma2;

/// <summary>
/// Gemma 2 (Gemma Team 2024) as Hugging Face's <c>Gemma2ForCausalLM</c> stores and computes it: Gemma with norms on both sides of attention
/// and MLP, bounded scores and logits, and windows at every other layer.
/// </summary>
internal sealed class Gemma2Family() : DecoderFamily("gemma2")
{
    /// <summary>The window where the file does not say.</summary>
    internal const int DefaultWindow = 4096;

    /// <summary>The width of a head where the file does not say.</summary>
    internal const int DefaultHeadWidth = GemmaFamily.DefaultHeadWidth;

    /// <summary>The bound of scores where the file does not say.</summary>
    internal const double DefaultScoreCap = 50;

    /// <summary>The bound of logits where the file does not say.</summary>
    internal const double DefaultLogitCap = 30;

    /// <summary>The activation where the file does not say.</summary>
    internal const string DefaultActivation = GemmaFamily.DefaultActivation;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Gemma2Gguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults => GemmaFamily.Tokenizers;

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = GemmaFamily.Read(config, "Gemma2ForCausalLM").WithNorms(NormNames.Around);
        return GemmaFamily.WithScale(plan, config, DefaultScoreCap)
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, DefaultWindow), HasWindow))
            with { LogitCap = config.NumberOrNone("final_logit_softcapping", DefaultLogitCap) };
    }

    /// <summary>Whether a layer has a window where the file does not say.</summary>
    internal static bool HasWindow(int layer) => layer % 2 == 0;
}
