using System.Globalization;

namespace Amend.Cli.Rendering;

/// <summary>Changes of weights as a table: a row each, with how large the change is and of what rank.</summary>
/// <param name="last">The heading of the last column, in per cent.</param>
internal sealed class ChangeTable(string last)
{
    private readonly TextTable _table =
        Terminal.Table("weight", "shape", "norm", "of the weight, %", "rank", $"{last}, %").Numbers(2, 3, 4, 5);

    /// <summary>Adds a change.</summary>
    /// <param name="weight">The weight's name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="norm">The Frobenius norm of the change.</param>
    /// <param name="relative">That over the weight's.</param>
    /// <param name="rank">The rank above rounding; null where there is none.</param>
    /// <param name="share">The last column, 0 to 1; null for nothing.</param>
    public void Row(string weight, IReadOnlyList<long> shape, double norm, double relative, int? rank, double? share) => _table.Row(
        weight,
        string.Join(" x ", shape),
        norm.ToString("F4", CultureInfo.InvariantCulture),
        (100 * relative).ToString("F3", CultureInfo.InvariantCulture),
        rank?.ToString(CultureInfo.InvariantCulture) ?? "",
        share is { } part ? Terminal.Share(part) : "");

    /// <summary>Prints it.</summary>
    public void Print() => Terminal.Write(_table);
}
