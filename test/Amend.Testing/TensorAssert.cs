using System.Globalization;
using Xunit;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>Compares tensors with expected ones; a failure prints what a person needs to judge it.</summary>
public static class TensorAssert
{
    private const int PairsShown = 5;

    /// <summary>Every element is within an absolute tolerance.</summary>
    /// <param name="name">What the failure calls the tensor.</param>
    /// <param name="expected">The expected values.</param>
    /// <param name="actual">The values found, of the same shape.</param>
    /// <param name="tolerance">The largest difference allowed.</param>
    public static void Close(string name, Tensor expected, Tensor actual, double tolerance) =>
        Compare(name, expected, actual, _ => tolerance, FormattableString.Invariant($"{tolerance:g3} absolute"));

    /// <summary>The largest difference is within a part of the largest expected value.</summary>
    /// <param name="name">What the failure calls the tensor.</param>
    /// <param name="expected">The expected values.</param>
    /// <param name="actual">The values found, of the same shape.</param>
    /// <param name="tolerance">The largest difference allowed, over the largest absolute expected value.</param>
    public static void CloseRelative(string name, Tensor expected, Tensor actual, double tolerance) =>
        Compare(
            name, expected, actual,
            values => tolerance * values.Max(Math.Abs),
            FormattableString.Invariant($"{tolerance:g3} of the largest expected value"));

    /// <summary>Type, shape and every element are equal.</summary>
    public static void Equal(string name, Tensor expected, Tensor actual)
    {
        Assert.True(expected.dtype == actual.dtype, $"{name}: the type is {actual.dtype}, expected was {expected.dtype}.");
        Close(name, expected, actual, 0);
    }

    private static void Compare(string name, Tensor expected, Tensor actual, Func<double[], double> limitOf, string tolerance)
    {
        Assert.True(
            expected.shape.AsSpan().SequenceEqual(actual.shape),
            $"{name}: the shape is [{string.Join(", ", actual.shape)}], expected was [{string.Join(", ", expected.shape)}].");
        var (wanted, found) = (Values(expected), Values(actual));
        if (wanted.Length == 0)
            return;
        var differences = wanted.Zip(found, (w, f) => w.Equals(f) ? 0 : Math.Abs(w - f)).ToArray();
        var limit = limitOf(wanted);
        var over = Enumerable.Range(0, wanted.Length).Where(i => !(differences[i] <= limit)).ToArray(); // NaN is over, too.
        if (over.Length == 0)
            return;
        var pairs = over.Take(PairsShown).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"  [{i}] expected {wanted[i]:g9}, found {found[i]:g9}"));
        Assert.Fail(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {over.Length} of {wanted.Length} elements differ; the largest difference is {differences.Max():g6}, "
            + $"the mean {differences.Average():g6}, the tolerance {tolerance}; the first:\n{string.Join('\n', pairs)}"));
    }

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(float64).contiguous().data<double>().ToArray();
    }
}
