using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.GptNeo;

/// <summary>GPT-Neo (Black et al. 2021) as Hugging Face's <c>GPTNeoForCausalLM</c> stores and computes it.</summary>
public sealed class GptNeoFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gpt_neo";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = GptNeoConfig.Read(config);
        return Create(typed, WeightReader.ReadAll(GptNeoWeights.Of(typed), checkpoint, dtype, device, GptNeoWeights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(GptNeoConfig config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? GptNeoWeights.Tokens : GptNeoWeights.Head);
        return new CausalDecoder("GPTNeoForCausalLM", weights, new GptNeoStack(config, weights), head.Apply);
    }
}

/// <summary>What a GPT-Neo <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_layers, hidden_size, intermediate_size (4 hidden_size when null), num_heads, vocab_size, max_position_embeddings.
/// </param>
/// <param name="Windows">window_size at the layers that are local, null at those that are global.</param>
/// <param name="LayerNormEpsilon">layer_norm_epsilon.</param>
/// <param name="ActivationFunction">activation_function.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record GptNeoConfig(
    ModelShape Shape, IReadOnlyList<int?> Windows, double LayerNormEpsilon, string ActivationFunction, bool TieWordEmbeddings)
{
    private const int DefaultWindow = 256;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static GptNeoConfig Read(JsonElement config)
    {
        config.HeadWidth("hidden_size", "num_heads");
        var (layers, width) = (config.Size("num_layers"), config.Size("hidden_size"));
        return new GptNeoConfig(
            new ModelShape(
                layers,
                width,
                config.SizeOr("intermediate_size", 4 * width),
                config.Size("num_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings")),
            ReadWindows(config, layers),
            config.NumberOr("layer_norm_epsilon", 1e-5),
            config.TextOr("activation_function", "gelu_new"),
            config.FlagOr("tie_word_embeddings", true));
    }

    private static IReadOnlyList<int?> ReadWindows(JsonElement config, int layers)
    {
        var kinds = config.TextsOrNone("attention_layers") ?? ReadTypes(config);
        if (kinds.Count != layers || kinds.Any(kind => kind is not ("global" or "local")))
        {
            throw new ModelFormatException(
                $"config.json: attention_layers has {kinds.Count} of {string.Join(", ", kinds.Distinct())}, where {layers} of "
                + "global or local were expected; check the model folder.");
        }

        return [.. kinds.Select(kind => kind == "local" ? config.SizeOr("window_size", DefaultWindow) : (int?)null)];
    }

    /// <summary>attention_types: kinds and how often they repeat, such as <c>[[["global", "local"], 12]]</c>.</summary>
    private static List<string> ReadTypes(JsonElement config)
    {
        try
        {
            return
            [
                .. config.GetProperty("attention_types").EnumerateArray().SelectMany(type =>
                    Enumerable.Repeat(type[0].EnumerateArray().Select(kind => kind.GetString()!), type[1].GetInt32())
                        .SelectMany(kinds => kinds)),
            ];
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new ModelFormatException(
                "config.json: attention_types should be a list such as [[[\"global\", \"local\"], 12]] but is missing or of "
                + "another form; check the model folder.",
                e);
        }
    }
}
