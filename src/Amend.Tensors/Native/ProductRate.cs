using System.Diagnostics;
using static TorchSharp.torch;

namespace Amend.Tensors.Native;

/// <summary>How fast libtorch multiplies in float32, with as many threads as it is set to.</summary>
/// <param name="Rows">Rows of the left matrix: the tokens of a pass.</param>
/// <param name="Inputs">Its columns: the width of a model.</param>
/// <param name="Outputs">Rows of the right matrix: the width of an MLP.</param>
/// <param name="GigaflopsPerSecond">2 · rows · inputs · outputs over the time of the fastest call, in 10⁹ a second.</param>
public sealed record ProductRate(int Rows, int Inputs, int Outputs, double GigaflopsPerSecond)
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(0.2);

    /// <summary>Measures for a fifth of a second the up projection of a small model's MLP over a batch of prompts.</summary>
    public static ProductRate Measure() => Measure(rows: 240, inputs: 576, outputs: 1536, Most);

    /// <summary>Measures x Wᵀ.</summary>
    /// <param name="rows">Rows of x.</param>
    /// <param name="inputs">Columns of x and of W.</param>
    /// <param name="outputs">Rows of W.</param>
    /// <param name="most">When to stop; at least two calls are made, and the first does not count.</param>
    public static ProductRate Measure(int rows, int inputs, int outputs, TimeSpan most)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var value = ones(rows, inputs, dtype: ScalarType.Float32);
        var weight = ones(outputs, inputs, dtype: ScalarType.Float32);
        nn.functional.linear(value, weight).Dispose();
        var (fastest, began) = (TimeSpan.MaxValue, Stopwatch.GetTimestamp());
        do
        {
            var start = Stopwatch.GetTimestamp();
            nn.functional.linear(value, weight).Dispose();
            var took = Stopwatch.GetElapsedTime(start);
            fastest = took < fastest ? took : fastest;
        }
        while (Stopwatch.GetElapsedTime(began) < most);
        return new ProductRate(rows, inputs, outputs, 2e-9 * rows * inputs * outputs / fastest.TotalSeconds);
    }
}
