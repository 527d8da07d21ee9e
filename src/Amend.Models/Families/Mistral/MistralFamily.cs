using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Mistral;

/// <summary>
/// Mistral (Jiang et al. 2023) as Hugging Face's <c>MistralForCausalLM</c> stores and computes it: Llama with sliding windows.
/// </summary>
public sealed class MistralFamily : IModelFamily
{
    private const int DefaultWindow = 4096;

    /// <inheritdoc/>
    public string ModelType => "mistral";

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new LlamaGguf(DefaultWindow);

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new() { SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Read(config);
        var weights = WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Form);
        return LlamaFamily.Create(typed, weights, "MistralForCausalLM");
    }

    /// <summary>Reads what is said beyond Llama's: sliding_window, at every layer.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static LlamaConfig Read(JsonElement config)
    {
        var typed = LlamaConfig.Read(config);
        return typed with
        {
            Windows = SlidingWindows.Read(config, typed.Shape.Layers, config.SizeOrNone("sliding_window", DefaultWindow), _ => true),
        };
    }
}
