using System.Numerics.Tensors;

namespace Amend.Editing.KeyValue;

/// <summary>New vectors out of vectors of numbers that are no tensors of a model, for searches of one short vector.</summary>
internal static class Vectors
{
    /// <summary>The inner product.</summary>
    public static double Dot(double[] one, double[] other) => TensorPrimitives.Dot<double>(one, other);

    /// <summary>One vector and a multiple of another.</summary>
    public static double[] Sum(double[] one, double[] other, double factor)
    {
        var sum = new double[one.Length];
        TensorPrimitives.MultiplyAdd(other, factor, one, sum);
        return sum;
    }

    /// <summary>One vector without another.</summary>
    public static double[] Difference(double[] one, double[] other) => Sum(one, other, -1);

    /// <summary>A multiple of a vector.</summary>
    public static double[] Scaled(double[] vector, double factor)
    {
        var scaled = new double[vector.Length];
        TensorPrimitives.Multiply(vector, factor, scaled);
        return scaled;
    }

    /// <summary>A vector that is no longer than so much.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="length">The length.</param>
    /// <param name="lengthen">Whether one that is shorter is made as long.</param>
    public static double[] Shortened(double[] vector, double length, bool lengthen)
    {
        var norm = TensorPrimitives.Norm<double>(vector);
        return norm > length || (lengthen && norm > 0) ? Scaled(vector, length / norm) : vector;
    }
}
