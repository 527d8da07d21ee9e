using static TorchSharp.torch;

namespace Amend.Models.Shapes;

/// <summary>Sequences of token ids padded to one rectangle; lives in the caller's dispose scope.</summary>
/// <param name="Ids">Token ids, <c>[B,T]</c>, int64.</param>
/// <param name="Mask">True at real tokens, <c>[B,T]</c>, bool.</param>
/// <param name="Lengths">Real tokens of each row.</param>
public sealed record TokenBatch(Tensor Ids, Tensor Mask, IReadOnlyList<int> Lengths)
{
    /// <summary>The segment of each token, <c>[B,T]</c>, int64, for encoders that tell two texts apart; all the first when null.</summary>
    public Tensor? TokenTypes { get; init; }

    /// <summary>Pads sequences behind (or in front of) their tokens.</summary>
    /// <param name="sequences">At least one sequence, none empty.</param>
    /// <param name="padding">The id to pad with; it is masked.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <param name="left">Whether padding goes in front, as generation needs.</param>
    /// <exception cref="ArgumentException">There is no sequence, or one of them is empty.</exception>
    public static TokenBatch Pad(IReadOnlyList<IReadOnlyList<int>> sequences, int padding, Device? device = null, bool left = false)
    {
        if (sequences.Count == 0 || sequences.Any(s => s.Count == 0))
            throw new ArgumentException(
                $"{sequences.Count} sequences were given, {sequences.Count(s => s.Count == 0)} of them without a token; "
                + "give at least one sequence, and a token in each.",
                nameof(sequences));
        var (rows, width) = (sequences.Count, sequences.Max(s => s.Count));
        var ids = new long[rows * width];
        var mask = new bool[rows * width];
        Array.Fill(ids, padding);
        for (var row = 0; row < rows; row++)
        {
            var start = row * width + (left ? width - sequences[row].Count : 0);
            for (var t = 0; t < sequences[row].Count; t++)
                (ids[start + t], mask[start + t]) = (sequences[row][t], true);
        }

        return new TokenBatch(
            tensor(ids, rows, width, device: device),
            tensor(mask, rows, width, device: device),
            [.. sequences.Select(s => s.Count)]);
    }
}
