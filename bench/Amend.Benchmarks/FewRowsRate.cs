using System.Diagnostics;
using System.Globalization;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// Products of five to forty rows with matrices that are not in the cache, by libtorch in both orders and by <see cref="FewRows"/>, in gigabytes of W a
/// second, beside what a plain sum over the same memory reads. By turns, the best of seven.
/// </summary>
internal static class FewRowsRate
{
    private const int Turns = 7;
    private const long Bytes = 400L << 20;

    /// <summary>Prints a table for each shape.</summary>
    public static void Run()
    {
        TorchRuntime.EnsureLoaded();
        using var none = no_grad();
        foreach (var threads in (int[])[1, 2])
        {
            set_num_threads(threads);
            foreach (var (outputs, inputs) in (ReadOnlySpan<(long, long)>)[(2304, 768), (768, 3072), (576, 1536), (49152, 576)])
                Measure(threads, outputs, inputs);
        }
    }

    private static void Measure(int threads, long outputs, long inputs)
    {
        using var scope = NewDisposeScope();
        var count = Math.Max(1, Bytes / (outputs * inputs * sizeof(float)));
        Tensor[] weights = [.. Enumerable.Range(0, (int)count).Select(_ => randn(outputs, inputs))];
        var gigabytes = count * outputs * inputs * sizeof(float) / 1e9;
        Console.WriteLine($"{threads} threads, {outputs} x {inputs}; a sum reads {Text(gigabytes / Best(() => Each(weights, weight => weight.sum())))} GB/s");
        Console.WriteLine("| rows | x Wᵀ | W xᵀ | here | off, x Wᵀ | off, here |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var rows in (int[])[5, 6, 8, 10, 12, 15, 20, 25, 30, 40])
        {
            var x = randn(rows, inputs);
            var (theirs, turned, ours) = (double.MaxValue, double.MaxValue, double.MaxValue);
            for (var turn = 0; turn < Turns; turn++)
            {
                theirs = Math.Min(theirs, Time(() => Each(weights, weight => nn.functional.linear(x, weight))));
                turned = Math.Min(turned, Time(() => Each(weights, weight => Turned(x, weight))));
                ours = Math.Min(ours, Time(() => Each(weights, weight => FewRows.Map(x, weight, null))));
            }

            var exact = x.to(float64).matmul(weights[0].to(float64).t());
            var size = exact.norm();
            var offTheirs = ((nn.functional.linear(x, weights[0]) - exact).norm() / size).item<double>();
            var offOurs = ((FewRows.Map(x, weights[0], null) - exact).norm() / size).item<double>();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {rows} | {gigabytes / theirs:F1} | {gigabytes / turned:F1} | {gigabytes / ours:F1} | {offTheirs:E1} | {offOurs:E1} |"));
        }
    }

    private static Tensor Turned(Tensor x, Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.matmul(x.t()).t().contiguous().MoveToOuterDisposeScope();
    }

    private static void Each(Tensor[] weights, Func<Tensor, Tensor> compute)
    {
        foreach (var weight in weights)
            compute(weight).Dispose();
    }

    private static double Best(Action action) => Enumerable.Range(0, Turns).Min(_ => Time(action));

    private static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static string Text(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
