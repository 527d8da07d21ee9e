using System.Globalization;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>A grid of the IQ types with its points laid out as bytes, so that one read takes a point.</summary>
internal static class Grid
{
    /// <summary>The points of eight coordinates, the first in the lowest byte.</summary>
    /// <param name="table">The points, four hexadecimal digits each, two bits a coordinate.</param>
    /// <param name="coordinates">What the two bits stand for.</param>
    public static ulong[] OfEight(string table, params sbyte[] coordinates) => Points(table, 4, 8, coordinates);

    /// <summary>The points of four coordinates, the first in the lowest byte.</summary>
    /// <param name="table">The points, three hexadecimal digits each, three bits a coordinate.</param>
    /// <param name="coordinates">What the three bits stand for.</param>
    public static uint[] OfFour(string table, params sbyte[] coordinates) =>
        Array.ConvertAll(Points(table, 3, 4, coordinates), point => (uint)point);

    private static ulong[] Points(string table, int digits, int count, sbyte[] coordinates)
    {
        var bits = 4 * digits / count;
        var points = new ulong[table.Length / digits];
        for (var i = 0; i < points.Length; i++)
        {
            var number = int.Parse(table.AsSpan(i * digits, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            for (var place = 0; place < count; place++)
                points[i] |= (ulong)(byte)coordinates[(number >> (place * bits)) & ((1 << bits) - 1)] << (8 * place);
        }

        return points;
    }
}
