using Amend.Atlas.Training;
using static TorchSharp.torch;

namespace Amend.Atlas.Tests.Training;

[NoTensorLeaks]
public sealed class LocalityMaskTests
{
    private const int Tokens = 12;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_mask_is_that_of_a_naive_loop(int layer)
    {
        using var scope = NewDisposeScope();
        TrainingRow[] rows = [.. Enumerable.Range(0, 40).Select(seed => Row(new Random(seed), local: seed % 4 != 0))];

        var mask = new LocalityMask(rows, Tokens).OfLayer(layer);

        Assert.Equal([rows.Length, 1, Tokens, Tokens], mask.shape);
        var visible = mask.data<bool>().ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            for (var query = 0; query < Tokens; query++)
            {
                for (var key = 0; key < Tokens; key++)
                    Assert.Equal(IsVisible(rows[row], query, key, layer), visible[(row * Tokens + query) * Tokens + key]);
            }
        }
    }

    private static bool IsVisible(TrainingRow row, int query, int key, int layer)
    {
        if (key > query)
            return false;
        var end = row.SubjectEnds[key];
        if (!row.Local || end < 0 || query <= end)
            return true;
        return layer >= 3 && key == end;
    }

    /// <summary>A row with subjects of one to four tokens; the last may be cut off by the row's end.</summary>
    private static TrainingRow Row(Random random, bool local)
    {
        var ends = new int[Tokens + 1];
        Array.Fill(ends, -1);
        for (var at = random.Next(3); at < ends.Length; at += random.Next(1, 4))
        {
            var end = at + random.Next(4);
            for (; at <= end && at < ends.Length; at++)
                ends[at] = end;
        }

        return new TrainingRow(new int[Tokens + 1], ends, new bool[Tokens + 1], local);
    }
}
