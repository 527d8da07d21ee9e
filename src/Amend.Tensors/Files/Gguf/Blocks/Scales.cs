namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>What quantisers take from the elements of a block before they round them.</summary>
internal static class Scales
{
    /// <summary>The first element of the largest magnitude, with its sign.</summary>
    public static float Largest(ReadOnlySpan<float> row)
    {
        var largest = row[0];
        foreach (var value in row)
        {
            if (MathF.Abs(value) > MathF.Abs(largest))
                largest = value;
        }

        return largest;
    }

    /// <summary>The least element and the largest.</summary>
    public static (float Least, float Largest) Limits(ReadOnlySpan<float> row)
    {
        var (least, largest) = (row[0], row[0]);
        foreach (var value in row)
            (least, largest) = (MathF.Min(least, value), MathF.Max(largest, value));
        return (least, largest);
    }

    /// <summary>1 / scale, or 0 where the scale is 0.</summary>
    public static float Reciprocal(float scale) => scale == 0 ? 0 : 1 / scale;
}
