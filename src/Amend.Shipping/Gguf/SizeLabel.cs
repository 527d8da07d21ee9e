using System.Globalization;

namespace Amend.Shipping.Gguf;

/// <summary>A number of parameters as models' names have it, such as <c>135M</c> or <c>1.7B</c>: two digits at least.</summary>
internal static class SizeLabel
{
    private const int FewestDigits = 2;
    private static readonly (double Unit, string Letter)[] Units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")];

    /// <summary>
    /// The label of a model: with experts their number, and what the model has beside them and in one of each block, such as <c>8x7B</c>.
    /// </summary>
    /// <param name="tensors">The names and shapes of its tensors.</param>
    public static string Of(IEnumerable<(string Name, long[] Shape)> tensors)
    {
        var isOfExperts = tensors.ToLookup(tensor => tensor.Name.Contains("_exps.", StringComparison.Ordinal));
        static long Size((string, long[] Shape) tensor) => tensor.Shape.Aggregate(1L, (product, size) => product * size);
        var shared = isOfExperts[false].Sum(Size);
        return isOfExperts[true].FirstOrDefault().Shape is { } experts
            ? $"{experts[0]}x{Of(shared + isOfExperts[true].Sum(tensor => Size(tensor) / tensor.Shape[0]))}"
            : Of(shared);
    }

    /// <summary>The label of a number.</summary>
    public static string Of(long parameters)
    {
        var (unit, letter) = Array.Find(Units, unit => parameters >= unit.Unit) is { Letter: not null } found ? found : Units[^1];
        var scaled = parameters / unit;
        var whole = Math.Round(scaled);
        var digits = whole == 0 ? 0 : whole.ToString(CultureInfo.InvariantCulture).Length;
        return scaled.ToString($"F{Math.Max(FewestDigits - digits, 0)}", CultureInfo.InvariantCulture) + letter;
    }
}
