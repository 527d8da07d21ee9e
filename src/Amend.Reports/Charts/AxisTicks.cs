using System.Globalization;

namespace Amend.Reports.Charts;

/// <summary>Round numbers along an axis.</summary>
/// <param name="Low">The first, at or below the least value.</param>
/// <param name="High">The last, at or above the largest value.</param>
/// <param name="Places">All of them.</param>
internal sealed record AxisTicks(double Low, double High, double[] Places)
{
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    /// <summary>The numbers as text.</summary>
    public string[] Labels => [.. Places.Select(place => place.ToString("0.####", CultureInfo.InvariantCulture))];

    /// <summary>Those that lie between two values.</summary>
    public AxisTicks Between(double low, double high) => this with { Places = [.. Places.Where(place => place > low && place < high)] };

    /// <summary>Ticks that span two values, in about <paramref name="parts"/> steps.</summary>
    public static AxisTicks Over(double low, double high, int parts = 4)
    {
        if (!(high > low))
            high = low + 1;
        var rough = (high - low) / parts;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * Steps.First(step => step * power >= rough * (1 - 1e-9));
        var (first, last) = (Math.Floor(low / step + 1e-9), Math.Ceiling(high / step - 1e-9));
        var places = Enumerable.Range(0, (int)(last - first) + 1).Select(at => (first + at) * step).ToArray();
        return new AxisTicks(places[0], places[^1], places);
    }
}
