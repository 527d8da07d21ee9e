using Amend.Models;
using Amend.Models.Effects;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>
/// Mean and deviation of rows seen so far (<c>RunningMeanStd</c> in XiaojieGu/UltraEdit). As there, a batch of n rows adds n
/// times its unbiased variance to the sum of squares, which is divided by the number of all rows less one. No tensors are held; an edit
/// leaves its moments to later ones as a <see cref="MemoryEffect"/>.
/// </summary>
/// <param name="Count">The number of rows.</param>
/// <param name="Mean">Their mean, by column.</param>
/// <param name="SquareSum">The sum of squares about the mean, by column.</param>
internal sealed record RunningMoments(long Count, IReadOnlyList<double> Mean, IReadOnlyList<double> SquareSum)
{
    private const string Name = "moments";

    /// <summary>The moments of no rows.</summary>
    public static RunningMoments None { get; } = new(0, [], []);

    /// <summary>The moments of all that applied edits wrote at a weight.</summary>
    public static RunningMoments PastOf(LanguageModel model, string weight) => model.Applied
        .MemoriesOf(weight, Name)
        .Aggregate(None, (sum, memory) => sum.With(Of(memory)));

    /// <summary>The moments of one batch.</summary>
    /// <param name="rows">The rows, <c>[N,W]</c>, N at least 1; a single row has no deviation.</param>
    public static RunningMoments Measure(Tensor rows)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var wide = rows.to(float64).cpu();
        var count = wide.shape[0];
        var squares = count > 1 ? wide.var(0, unbiased: true) * count : zeros(wide.shape[1], dtype: float64);
        return new RunningMoments(count, wide.mean([0]).data<double>().ToArray(), squares.contiguous().data<double>().ToArray());
    }

    /// <summary>The moments as what an edit leaves to later ones of the weight; the caller disposes.</summary>
    public MemoryEffect ToMemory(string weight)
    {
        using var scope = NewDisposeScope();
        return new MemoryEffect(weight, Name, new Dictionary<string, Tensor>
        {
            ["count"] = tensor((double)Count, dtype: float64),
            ["mean"] = tensor(Mean.ToArray()),
            ["square_sum"] = tensor(SquareSum.ToArray()),
        });
    }

    /// <summary>The moments of these rows and others.</summary>
    public RunningMoments With(RunningMoments other)
    {
        if (Count == 0 || other.Count == 0)
            return Count == 0 ? other : this;
        var all = Count + other.Count;
        var share = (double)Count * other.Count / all;
        var (mean, squares) = (new double[Mean.Count], new double[Mean.Count]);
        for (var i = 0; i < mean.Length; i++)
        {
            var apart = other.Mean[i] - Mean[i];
            mean[i] = Mean[i] + (apart * other.Count / all);
            squares[i] = SquareSum[i] + other.SquareSum[i] + (apart * apart * share);
        }

        return new RunningMoments(all, mean, squares);
    }

    /// <summary>The deviation by column.</summary>
    public IReadOnlyList<double> Deviation => [.. SquareSum.Select(sum => Math.Sqrt(sum / (Count - 1)))];

    /// <summary>Rows less the mean, over the deviation, float64, in the caller's dispose scope.</summary>
    /// <param name="rows">The rows, <c>[N,W]</c>.</param>
    public Tensor Normalize(Tensor rows)
    {
        const double Epsilon = 1.1920929e-7; // float32's, as in the reference: a column that never varies gives zeros.
        using var scope = NewDisposeScope();
        var mean = tensor(Mean.ToArray(), device: rows.device);
        var deviation = tensor(Deviation.ToArray(), device: rows.device);
        return ((rows.to(float64) - mean) / (deviation + Epsilon)).MoveToOuterDisposeScope();
    }

    private static RunningMoments Of(MemoryEffect memory) => new(
        (long)memory.Values["count"].item<double>(),
        memory.Values["mean"].data<double>().ToArray(),
        memory.Values["square_sum"].data<double>().ToArray());
}
