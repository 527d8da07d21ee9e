using Amend.Reports.Charts;
using ScottPlot;

namespace Amend.Reports.Tests.Charts;

public sealed class LabelPlacerTests
{
    private static readonly PixelRect Area = new(50, 450, 350, 10);

    [Theory]
    [InlineData(2, 80)]
    [InlineData(6, 80)]
    [InlineData(8, 150)]
    public void Labels_of_points_in_one_place_do_not_cover_each_other_and_stay_inside(int count, float width)
    {
        var points = Enumerable.Range(0, count).Select(at => new Pixel(430 - at, 20 + at)).ToArray();
        var placer = new LabelPlacer(Area, points, []);

        var boxes = points.Select(point => placer.Place(point, width, 16)).ToList();

        foreach (var (box, at) in boxes.Select((box, at) => (box, at)))
        {
            Assert.True(box.Left >= Area.Left && box.Right <= Area.Right && box.Top >= Area.Top && box.Bottom <= Area.Bottom, $"{at}: {box}");
            Assert.All(boxes.Skip(at + 1), other => Assert.False(Overlap(box, other), $"{box} covers {other}"));
        }
    }

    [Fact]
    public void A_point_alone_has_its_label_close_by()
    {
        var box = new LabelPlacer(Area, [new Pixel(200, 200)], []).Place(new Pixel(200, 200), 40, 16);

        Assert.InRange(box.Left - 200, 1, 15);
    }

    private static bool Overlap(PixelRect a, PixelRect b) =>
        a.Left < b.Right - 0.5f && b.Left < a.Right - 0.5f && a.Top < b.Bottom - 0.5f && b.Top < a.Bottom - 0.5f;
}
