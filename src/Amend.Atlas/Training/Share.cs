using System.Globalization;

namespace Amend.Atlas.Training;

/// <summary>So many of so many.</summary>
/// <param name="Right">How many fulfil it.</param>
/// <param name="Of">How many there are.</param>
public readonly record struct Share(int Right, int Of)
{
    /// <summary>The share in per cent; 0 of nothing.</summary>
    public double Percent => Of == 0 ? 0 : 100.0 * Right / Of;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Percent:F2} % ({Right} of {Of})");
}
