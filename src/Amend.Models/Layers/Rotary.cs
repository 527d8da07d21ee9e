using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// Rotary position embedding (Su et al. 2021): pairs of a head's first R values are turned by position · frequency; the
/// rest of the head stays as it is.
/// </summary>
/// <param name="Frequencies">The angle of each pair from one position to the next, in radians, R/2.</param>
/// <param name="Layout">Which values make a pair.</param>
public sealed record Rotary(IReadOnlyList<float> Frequencies, RotaryLayout Layout)
{
    /// <summary>What turned values are multiplied with; 1 by default.</summary>
    public double Amplitude { get; init; } = 1;

    /// <summary>The most positions that the frequencies are scaled for; those of the configuration when null.</summary>
    public int? Context { get; init; }

    /// <summary>The frequencies of sequences that outgrow these ones; null where all sequences have the same.</summary>
    public RotaryStretch? Stretch { get; init; }

    /// <summary>The unscaled frequencies, theta^(-2i/R).</summary>
    /// <param name="dimensions">How many values of a head are turned, R; even.</param>
    /// <param name="theta">The base.</param>
    public static IReadOnlyList<double> PlainFrequencies(int dimensions, double theta) =>
        [.. Enumerable.Range(0, dimensions / 2).Select(i => Math.Pow(theta, -2.0 * i / dimensions))];

    /// <summary>A model's sizes with the context that the frequencies are scaled for.</summary>
    /// <param name="shape">The sizes with the context of the configuration.</param>
    public ModelShape Fitted(ModelShape shape)
    {
        var context = Context ?? shape.ContextLength;
        return shape with { ContextLength = context, SharedLength = Math.Min(Stretch?.Beyond ?? context, context) };
    }

    /// <summary>Turns queries and keys; angles are computed in float32.</summary>
    /// <param name="query">Queries, <c>[B,H,T,K]</c>.</param>
    /// <param name="key">Keys, <c>[B,H,T,K]</c>, their number of heads may be another.</param>
    /// <param name="scope">The pass, for positions and the sequences' lengths.</param>
    /// <returns>Both, of the shapes given, in the caller's dispose scope.</returns>
    /// <exception cref="Tensors.AmendException">
    /// A sequence outgrows its first frequencies in a pass over a part of it: the other part was turned for another length.
    /// </exception>
    public (Tensor Query, Tensor Key) Turn(Tensor query, Tensor key, AttentionScope scope)
    {
        var angles_B1TR = scope.Positions.to(float32).unsqueeze(1).unsqueeze(3) * FrequenciesOf(scope);
        var cos = (angles_B1TR.cos() * Amplitude).to(query.dtype);
        var sin = (angles_B1TR.sin() * Amplitude).to(query.dtype);
        return (Turned(query, cos, sin), Turned(key, cos, sin));
    }

    /// <summary>The frequencies of the pass, <c>[R/2]</c>, or of each of its sequences, <c>[B,1,1,R/2]</c>.</summary>
    private Tensor FrequenciesOf(AttentionScope scope)
    {
        if (Stretch is not { } stretch || scope.Lengths.Max() <= stretch.Beyond)
            return tensor(Frequencies.ToArray(), device: scope.Positions.device);
        if (!scope.IsWhole)
        {
            throw new AmendException(
                $"A part of {scope.Lengths.Max()} tokens was to be computed apart, but this model's rotary positions depend on "
                + $"the length beyond {stretch.Beyond} tokens; shorten the prompt.");
        }

        float[] all = [.. scope.Lengths.SelectMany(length => length > stretch.Beyond ? stretch.FrequenciesAt((int)length) : Frequencies)];
        return tensor(all, scope.Lengths.Count, 1, 1, Frequencies.Count, device: scope.Positions.device);
    }

    private Tensor Turned(Tensor value, Tensor cos, Tensor sin)
    {
        var (width, turned) = (value.shape[3], 2L * Frequencies.Count);
        if (turned < width)
        {
            var parts = value.split([turned, width - turned], 3);
            return cat([Turned(parts[0], cos, sin), parts[1]], 3);
        }

        var (first, second) = Pairs(value);
        Tensor[] pair = [(first * cos) - (second * sin), (second * cos) + (first * sin)];
        return Layout == RotaryLayout.Halves ? cat(pair, 3) : stack(pair, 4).flatten(3);
    }

    private (Tensor First, Tensor Second) Pairs(Tensor value)
    {
        if (Layout == RotaryLayout.Halves)
        {
            var halves = value.chunk(2, 3);
            return (halves[0], halves[1]);
        }

        var split = value.reshape(value.shape[0], value.shape[1], value.shape[2], Frequencies.Count, 2);
        return (split.select(4, 0), split.select(4, 1));
    }
}

/// <summary>Which two values of a head a rotary step turns together.</summary>
public enum RotaryLayout
{
    /// <summary>Value i and value i + R/2: GPT-NeoX, Llama and their kin.</summary>
    Halves,

    /// <summary>Values 2i and 2i + 1: GPT-J.</summary>
    Neighbours,
}

/// <summary>
/// Rotary frequencies that depend on how long a sequence is: of a longer one all tokens are turned otherwise, so that keys of a
/// shorter one cannot be kept for it.
/// </summary>
/// <param name="Beyond">The most tokens that the first frequencies hold for.</param>
/// <param name="FrequenciesAt">The frequencies of a sequence of so many tokens, R/2, in radians a token.</param>
public sealed record RotaryStretch(int Beyond, Func<int, IReadOnlyList<float>> FrequenciesAt);
