using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>A masked language model's head by the names of its parameters: what a checkpoint must hold, and the layers over it.</summary>
/// <param name="Dense">The map.</param>
/// <param name="Activation">The function behind it.</param>
/// <param name="Norm">The norm behind that.</param>
/// <param name="Decoder">The decoder's names.</param>
/// <param name="Shape">The sizes.</param>
internal sealed record MaskedHeadForm(
    string Dense, Func<Tensor, Tensor> Activation, NormForm Norm, VocabularyNames Decoder, ModelShape Shape)
{
    /// <summary>How a masked place is written in a text.</summary>
    public string Mask { get; init; } = "[MASK]";

    /// <summary>Whether the map has a bias.</summary>
    public bool HasDenseBias { get; init; } = true;

    /// <summary>Whether the decoder has a bias.</summary>
    public bool HasDecoderBias { get; init; } = true;

    /// <summary>The width of what the decoder reads, E; that of the stream by default.</summary>
    public int DecodedWidth { get; init; } = Shape.Width;

    /// <summary>The parameters that are not the encoder's, in order.</summary>
    public IEnumerable<WeightSpec> Weights =>
    [
        .. HasDecoderBias ? [new WeightSpec($"{Decoder.Bias}.bias", [Shape.Vocabulary])] : Array.Empty<WeightSpec>(),
        .. WeightSpec.Linear(Dense, DecodedWidth, Shape.Width, HasDenseBias),
        .. Norm.Weights(DecodedWidth),
        .. Decoder.TiedTo is null ? [WeightSpec.Table(Decoder.Own, Shape.Vocabulary, DecodedWidth)] : Array.Empty<WeightSpec>(),
    ];

    /// <summary>The head over its tables.</summary>
    /// <param name="encoder">The table with the token embedding, to which the decoder may be tied.</param>
    /// <param name="head">The table with the head's own parameters, which may be the same.</param>
    public MaskedTokenHead Over(WeightTable encoder, WeightTable head) => new(
        Linear.From(head, Dense),
        Activation,
        Norm.Over(head),
        new Linear(
            Decoder.TiedTo is { } tokens ? Parameter.From(encoder, $"{tokens}.weight") : Parameter.From(head, $"{Decoder.Own}.weight"),
            HasDecoderBias ? Parameter.From(head, $"{Decoder.Bias}.bias") : null));
}

/// <summary>The names of the map from states to the vocabulary, which BERT calls a decoder.</summary>
/// <param name="Own">Its matrix, where it has one of its own.</param>
/// <param name="Bias">What its bias belongs to.</param>
/// <param name="TiedTo">The token embedding that is its matrix; null where it has one of its own.</param>
internal sealed record VocabularyNames(string Own, string Bias, string? TiedTo)
{
    /// <summary>Copies of the tied matrix and of the bias that files can hold.</summary>
    /// <param name="own">The decoder's name.</param>
    /// <param name="bias">What its bias belongs to.</param>
    /// <param name="tokens">The token embedding.</param>
    public static IReadOnlyList<(string Copy, string Of)> Copies(string own, string bias, string tokens) =>
        [($"{own}.weight", $"{tokens}.weight"), .. own == bias ? [] : new[] { ($"{own}.bias", $"{bias}.bias") }];
}
