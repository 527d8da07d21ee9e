using Amend.Tensors.Files.NumPy;
using static TorchSharp.torch;

namespace Amend.Tensors.Statistics;

/// <summary>
/// The statistics that the authors of ROME publish (<c>util/runningstats.py</c> in kmeng01/rome): an npz with the sum Σ k kᵀ,
/// which is not divided, and the count.
/// </summary>
internal static class RomeMomentFile
{
    private const string SumName = "mom2.mom2";
    private const string CountName = "mom2.count";
    private const string ConstructorName = "mom2.constructor";
    private const string Constructor = "SecondMoment()";

    /// <summary>Sums of float32 products differ between a matrix and its transpose by far less than this.</summary>
    private const double SymmetryTolerance = 1e-4;

    public static SecondMoment Load(string path)
    {
        using var file = NpzFile.Open(path);
        if (file.Text(ConstructorName) is { } made && !made.EndsWith(Constructor, StringComparison.Ordinal))
            throw Wrong(path, $"its '{ConstructorName}' is '{made}' instead of a second moment's");
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return new SecondMoment(Sum(file), Count(file), new Dictionary<string, string>());
    }

    private static long Count(NpzFile file)
    {
        var entry = file.Entry(CountName);
        if (entry.DType is not (ScalarType.Int64 or ScalarType.Int32) || entry.Shape.Any(size => size != 1))
            throw Wrong(file.Path,
                $"its '{CountName}' is {entry.DType} of shape [{string.Join(", ", entry.Shape)}] instead of a whole number");
        var count = file.Load(CountName, ScalarType.Int64).item<long>();
        return count > 0 ? count : throw Wrong(file.Path, $"its count is {count}");
    }

    private static Tensor Sum(NpzFile file)
    {
        var entry = file.Entry(SumName);
        if (entry.Shape is not [> 0, > 0] || entry.Shape[0] != entry.Shape[1]
            || entry.DType is not (ScalarType.Float32 or ScalarType.Float64))
            throw Wrong(file.Path,
                $"its '{SumName}' is {entry.DType} of shape [{string.Join(", ", entry.Shape)}] instead of a square of Float32 or Float64");
        using var scope = NewDisposeScope();
        var sum_FF = file.Load(SumName);
        var largest = sum_FF.abs().max().to(ScalarType.Float64).item<double>();
        if (!double.IsFinite(largest) || sum_FF.diagonal().min().to(ScalarType.Float64).item<double>() < 0)
            throw Wrong(file.Path, "its sum has values that are not finite, or squares below zero");
        var difference = (sum_FF - sum_FF.t()).abs().max().to(ScalarType.Float64).item<double>();
        if (difference > SymmetryTolerance * largest)
            throw Wrong(file.Path,
                FormattableString.Invariant(
                    $"its sum differs from its transpose by {difference:g3}, with a largest value of {largest:g3}"));
        return ((sum_FF + sum_FF.t()) / 2).MoveToOuterDisposeScope();
    }

    private static AmendException Wrong(string path, string found) =>
        new($"'{path}' is not a second moment in the form of ROME's authors: {found}; "
            + "give a file such as transformer.h.17.mlp.c_proj_float32_mom2_100000.npz.");
}
