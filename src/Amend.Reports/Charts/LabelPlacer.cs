using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Finds places beside points where labels cover neither points nor each other, as near as there are any; in pixels.</summary>
internal sealed class LabelPlacer
{
    private const float MarkerRadius = 7;
    private const double Covered = 100;
    private const double Crossed = 2;
    private static readonly float[] Distances = [3, 12, 24, 38, 54, 72, 92, 114, 138, 164, 192];
    private static readonly (float X, float Y)[] Directions = [(1, 0), (0, -1), (-1, 0), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)];

    private readonly PixelRect _bounds;
    private readonly List<PixelRect> _taken;
    private readonly IReadOnlyList<PixelRect> _lines;

    /// <summary>Creates a placer.</summary>
    /// <param name="bounds">Where labels may stand.</param>
    /// <param name="points">What they must not cover.</param>
    /// <param name="lines">What they should not cross.</param>
    public LabelPlacer(PixelRect bounds, IEnumerable<Pixel> points, IReadOnlyList<PixelRect> lines)
    {
        _bounds = bounds;
        _lines = lines;
        _taken = [.. points.Select(point => new PixelRect(point, MarkerRadius))];
    }

    /// <summary>The place of the next label.</summary>
    /// <param name="point">The point it belongs to.</param>
    /// <param name="width">The label's width.</param>
    /// <param name="height">The label's height.</param>
    public PixelRect Place(Pixel point, float width, float height)
    {
        var best = Distances.SelectMany(
            distance => Directions, (distance, way) => (Box: Box(point, way, distance, width, height), Distance: distance))
            .MinBy(place => Cost(place.Box) + place.Distance);
        _taken.Add(best.Box);
        return best.Box;
    }

    private static PixelRect Box(Pixel point, (float X, float Y) way, float distance, float width, float height)
    {
        var reach = MarkerRadius + distance;
        var middle = new Pixel(point.X + way.X * (reach + width / 2), point.Y + way.Y * (reach + height / 2));
        return new PixelRect(middle.X - width / 2, middle.X + width / 2, middle.Y + height / 2, middle.Y - height / 2);
    }

    private double Cost(PixelRect box)
    {
        var outside = Math.Max(0, _bounds.Left - box.Left) + Math.Max(0, box.Right - _bounds.Right)
            + Math.Max(0, _bounds.Top - box.Top) + Math.Max(0, box.Bottom - _bounds.Bottom);
        return Covered * outside + Covered * _taken.Sum(other => Overlap(box, other)) + Crossed * _lines.Sum(line => Overlap(box, line));
    }

    private static double Overlap(PixelRect a, PixelRect b) =>
        Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left))
            * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));
}
