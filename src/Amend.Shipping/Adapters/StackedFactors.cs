using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Adapters;

/// <summary>
/// The changes of one weight matrix as the two factors of an adapter, ΔW = B A; those of several edits stand beside each other, so
/// that their ranks add up. Owns the factors.
/// </summary>
internal sealed class StackedFactors : IDisposable
{
    private StackedFactors(string weight, Tensor a_RI, Tensor b_OR, double changeNorm, double off)
    {
        (Weight, ChangeNorm, Off) = (weight, changeNorm, off);
        A = a_RI.DetachFromDisposeScope();
        B = b_OR.DetachFromDisposeScope();
    }

    /// <summary>The weight's name in the model.</summary>
    public string Weight { get; }

    /// <summary>The factor on the side of the inputs, <c>[R,in]</c>, float32.</summary>
    public Tensor A { get; }

    /// <summary>The factor on the side of the outputs, <c>[out,R]</c>, float32.</summary>
    public Tensor B { get; }

    /// <summary>The rank of the factors.</summary>
    public long Rank => A.shape[0];

    /// <summary>The Frobenius norm of the whole change.</summary>
    public double ChangeNorm { get; }

    /// <summary>The Frobenius norm of what was cut off, over that of the change; 0 where all changes were factors.</summary>
    public double Off { get; }

    /// <summary>The factors of every weight that edits change; the caller disposes each.</summary>
    /// <exception cref="AmendException">A change has no factors and is to be cut to no rank, or is of a bias.</exception>
    public static IReadOnlyList<StackedFactors> Of(ExportJob job)
    {
        var all = new List<StackedFactors>();
        try
        {
            foreach (var (at, weight) in job.Edits.Weights.Index())
            {
                job.Report(weight, at, job.Edits.Weights.Count);
                all.Add(Of(weight, job.Model.Weight(weight).Value.shape, job.Edits.On(weight), job.Options.Rank));
            }

            return all;
        }
        catch
        {
            all.ForEach(factors => factors.Dispose());
            throw;
        }
    }

    /// <summary>The weight as it is written in factors of a type.</summary>
    public ShippedWeight Shipped(ScalarType type)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var meant = B.to(float64).matmul(A.to(float64));
        var written = B.to(type).to(float64).matmul(A.to(type).to(float64));
        var rounding = ChangeNorm > 0 ? (written - meant).norm().item<double>() / ChangeNorm : 0;
        return new ShippedWeight(Weight, WrittenType.NameOf(type), ChangeNorm)
        {
            Rank = Rank,
            Rounding = Math.Sqrt((rounding * rounding) + (Off * Off)), // What was cut off stands at a right angle to the rest.
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    private static StackedFactors Of(string weight, long[] shape, IReadOnlyList<IWeightDelta> deltas, int? rank)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (shape.Length != 2)
        {
            throw new AmendException(
                $"'{weight}' is changed, which is no matrix, and an adapter holds changes of matrices alone; write --to hf instead.");
        }

        if (deltas.Any(delta => delta is not LowRankDelta))
            return Cut(weight, shape, deltas, rank);
        LowRankDelta[] factors = [.. deltas.Cast<LowRankDelta>()];
        var a_RI = cat([.. factors.Select(one => one.Right.t())], 0).contiguous();
        var b_OR = cat([.. factors.Select(one => one.Left)], 1).contiguous();
        using var whole = new LowRankDelta(b_OR, a_RI.t());
        return new StackedFactors(weight, a_RI, b_OR, whole.FrobeniusNorm(), off: 0);
    }

    /// <summary>The nearest change of a rank, in the Frobenius norm (Eckart and Young 1936), computed in float64.</summary>
    private static StackedFactors Cut(string weight, long[] shape, IReadOnlyList<IWeightDelta> deltas, int? rank)
    {
        if (rank is not { } most)
        {
            throw new AmendException(
                $"The change of '{weight}' has no factors, as fine-tuning leaves it, and an adapter has; "
                + "give --rank N to cut it to its N largest singular values, or write --to hf.");
        }

        var change = zeros(shape, ScalarType.Float64);
        foreach (var delta in deltas)
            delta.AddTo(change);
        var (u, s, vh) = linalg.svd(change, fullMatrices: false);
        var kept = Math.Min(most, s.shape[0]);
        var root = s.narrow(0, 0, kept).sqrt();
        var norm = s.norm().item<double>();
        var off = norm > 0 ? s.narrow(0, kept, s.shape[0] - kept).norm().item<double>() / norm : 0;
        return new StackedFactors(
            weight,
            (root.unsqueeze(1) * vh.narrow(0, 0, kept)).to(float32).contiguous(),
            (u.narrow(1, 0, kept) * root).to(float32).contiguous(),
            norm,
            off);
    }
}
