namespace Amend.Editing.KeyValue;

/// <summary>Vectors of numbers that are no tensors, for searches of one short vector.</summary>
internal static class Vectors
{
    /// <summary>The inner product.</summary>
    public static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
            sum += one[i] * other[i];
        return sum;
    }

    /// <summary>One vector and a multiple of another.</summary>
    public static double[] Sum(double[] one, double[] other, double factor)
    {
        var sum = new double[one.Length];
        for (var i = 0; i < sum.Length; i++)
            sum[i] = one[i] + (factor * other[i]);
        return sum;
    }

    /// <summary>One vector without another.</summary>
    public static double[] Difference(double[] one, double[] other) => Sum(one, other, -1);

    /// <summary>A multiple of a vector.</summary>
    public static double[] Scaled(double[] vector, double factor) => [.. vector.Select(value => value * factor)];

    /// <summary>A vector that is no longer than so much.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="length">The length.</param>
    /// <param name="lengthen">Whether one that is shorter is made as long.</param>
    public static double[] Shortened(double[] vector, double length, bool lengthen)
    {
        var norm = Math.Sqrt(Dot(vector, vector));
        return norm > length || (lengthen && norm > 0) ? Scaled(vector, length / norm) : vector;
    }
}
