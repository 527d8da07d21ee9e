using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.T5;

/// <summary>
/// T5 (Raffel et al. 2020) as Hugging Face's <c>T5ForConditionalGeneration</c> stores and computes it: version 1.0 with ReLU and
/// the token embedding as its head, version 1.1 with a gated GELU and a head of its own.
/// </summary>
public sealed class T5Family : IModelFamily
{
    /// <summary>The name in <c>config.json</c>.</summary>
    public const string Name = "t5";

    /// <summary>The architecture that reads one text and writes another.</summary>
    public const string ForGeneration = "T5ForConditionalGeneration";

    /// <inheritdoc/>
    public string ModelType => Name;

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new()
    {
        Classes = ["T5Tokenizer"],
        SentencePiece = new(Ends: true) { Sentinels = 100 },
    };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        // The first published files name the class as it was called then.
        var architecture = config.Architecture(ForGeneration, "T5WithLMHeadModel");
        var typed = T5Config.Read(config);
        var marks = OutputMarks.Read(config, typed.Decoder.Vocabulary);
        return Create(architecture, typed, WeightReader.ReadAll(T5Weights.Of(typed), checkpoint, dtype, device, T5Weights.Form), marks);
    }

    /// <summary>Builds the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="weights">All parameters, under the names of <see cref="T5Weights"/>.</param>
    /// <param name="marks">The ids that begin and end an output.</param>
    public static EncoderDecoder Create(string architecture, T5Config config, WeightTable weights, OutputMarks marks)
    {
        var (encoder, decoder) = (new T5Stack(Stack.Encoder, config, weights), new T5Stack(Stack.Decoder, config, weights));
        var head = Linear.From(weights, config.TieWordEmbeddings ? T5Weights.Shared : T5Weights.Head);
        var scale = config.TieWordEmbeddings ? 1 / Math.Sqrt(config.Decoder.Width) : 1;
        return new EncoderDecoder(
            architecture, weights, encoder, decoder, hidden => head.Apply(scale == 1 ? hidden : hidden * scale), marks);
    }
}

/// <summary>What a T5 <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Encoder">Sizes of the encoder: num_layers, d_model, d_ff, num_heads, vocab_size, n_positions (512 where missing).</param>
/// <param name="Decoder">The same with num_decoder_layers, num_layers where it is missing.</param>
/// <param name="HeadWidth">d_kv; the heads need not share out the width of the stream.</param>
/// <param name="Buckets">relative_attention_num_buckets.</param>
/// <param name="MaxDistance">relative_attention_max_distance.</param>
/// <param name="LayerNormEpsilon">layer_norm_epsilon.</param>
/// <param name="Activation">
/// The function that feed_forward_proj names: <c>relu</c>, or <c>gelu</c> behind <c>gated-</c>, which is its tanh form.
/// </param>
/// <param name="IsGated">
/// Whether feed_forward_proj begins with <c>gated-</c>: the activated map is multiplied with a linear one (Shazeer 2020).
/// </param>
/// <param name="TieWordEmbeddings">
/// tie_word_embeddings: whether the head is the token embedding; its input is divided by √d_model then. Newer files say so of every
/// model and mark one with a head of its own by scale_decoder_outputs false.
/// </param>
public sealed record T5Config(
    ModelShape Encoder,
    ModelShape Decoder,
    int HeadWidth,
    int Buckets,
    int MaxDistance,
    double LayerNormEpsilon,
    string Activation,
    bool IsGated,
    bool TieWordEmbeddings)
{
    private const int TrainedLength = 512;
    private const string Gated = "gated-";

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static T5Config Read(JsonElement config)
    {
        var encoder = new ModelShape(
            config.Size("num_layers"),
            config.Size("d_model"),
            config.Size("d_ff"),
            config.Size("num_heads"),
            config.Size("vocab_size"),
            config.SizeOr("n_positions", TrainedLength));
        var projection = config.TextOr("feed_forward_proj", "relu");
        var isGated = projection.StartsWith(Gated, StringComparison.Ordinal);
        var activation = projection == "gated-gelu" ? "gelu_new" : isGated ? projection[Gated.Length..] : projection;
        Activations.Find(activation);
        return new T5Config(
            encoder,
            encoder with { Layers = config.SizeOr("num_decoder_layers", encoder.Layers) },
            config.Size("d_kv"),
            config.SizeOr("relative_attention_num_buckets", 32),
            config.SizeOr("relative_attention_max_distance", 128),
            config.NumberOr("layer_norm_epsilon", 1e-6),
            activation,
            isGated,
            config.FlagOr("tie_word_embeddings", true) && config.FlagOr("scale_decoder_outputs", true)).Validated();
    }

    /// <summary>The <c>config.json</c> of a model that reads one text and writes another.</summary>
    /// <param name="marks">The ids that begin and end an output; an output begins with the padding.</param>
    public IReadOnlyDictionary<string, object> ToJson(OutputMarks marks) => new SortedDictionary<string, object>(StringComparer.Ordinal)
    {
        ["architectures"] = new[] { T5Family.ForGeneration },
        ["d_ff"] = Encoder.MlpWidth,
        ["d_kv"] = HeadWidth,
        ["d_model"] = Encoder.Width,
        ["decoder_start_token_id"] = marks.Start,
        ["dropout_rate"] = 0.0,
        ["eos_token_id"] = marks.End ?? marks.Start,
        ["feed_forward_proj"] = IsGated ? Gated + Activation : Activation,
        ["is_encoder_decoder"] = true,
        ["layer_norm_epsilon"] = LayerNormEpsilon,
        ["model_type"] = T5Family.Name,
        ["n_positions"] = Encoder.ContextLength,
        ["num_decoder_layers"] = Decoder.Layers,
        ["num_heads"] = Encoder.Heads,
        ["num_layers"] = Encoder.Layers,
        ["pad_token_id"] = marks.Start,
        ["relative_attention_max_distance"] = MaxDistance,
        ["relative_attention_num_buckets"] = Buckets,
        ["tie_word_embeddings"] = TieWordEmbeddings,
        ["torch_dtype"] = "float16",
        ["vocab_size"] = Encoder.Vocabulary,
    };

    private T5Config Validated() => Buckets >= 4 && MaxDistance > Buckets / 2
        ? this
        : throw new ModelFormatException(
            $"config.json: relative_attention_num_buckets {Buckets} should be at least 4 and relative_attention_max_distance "
            + $"{MaxDistance} above half of it; check the model folder.");
}
