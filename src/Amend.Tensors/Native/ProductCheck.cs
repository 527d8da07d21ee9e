using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Amend.Tensors.Native;

/// <summary>Compares libtorch's products with a plain loop, over whole numbers so small that every order of summing is exact.</summary>
internal static class ProductCheck
{
    private const int Largest = 8;

    /// <summary>Rows, inner size and columns: a vector's kernels and a matrix's, with edges that no tile divides.</summary>
    private static readonly (int Rows, int Inner, int Columns)[] Shapes = [(1, 64, 96), (61, 131, 67)];

    /// <summary>Whether libtorch's products, of a layer and of two matrices, are right in float32 and float64.</summary>
    public static bool Holds() =>
        Holds((left_RI, right_CI) => nn.functional.linear(left_RI, right_CI))
        && Holds((left_RI, right_CI) => left_RI.matmul(right_CI.t().contiguous()));

    /// <summary>Whether a product is right in float32 and float64.</summary>
    /// <param name="product">Computes x Wᵀ, <c>[R,C]</c>, from x, <c>[R,I]</c>, and W, <c>[C,I]</c>.</param>
    internal static bool Holds(Func<Tensor, Tensor, Tensor> product) => Shapes.All(shape => Holds(shape, product));

    private static bool Holds((int Rows, int Inner, int Columns) shape, Func<Tensor, Tensor, Tensor> product)
    {
        var left_RI = WholeNumbers(shape.Rows * shape.Inner, seed: 1);
        var right_CI = WholeNumbers(shape.Columns * shape.Inner, seed: 2);
        var plain_RC = Plain(left_RI, right_CI, shape);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return Equals(ScalarType.Float32) && Equals(ScalarType.Float64);

        bool Equals(ScalarType type)
        {
            var found_RC = product(tensor(left_RI, shape.Rows, shape.Inner, type), tensor(right_CI, shape.Columns, shape.Inner, type));
            return found_RC.to(ScalarType.Float32).data<float>().ToArray().AsSpan().SequenceEqual(plain_RC);
        }
    }

    private static float[] WholeNumbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-Largest, Largest + 1))];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float[] Plain(float[] left, float[] right, (int Rows, int Inner, int Columns) shape)
    {
        var product = new float[shape.Rows * shape.Columns];
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var column = 0; column < shape.Columns; column++)
            {
                var sum = 0f;
                for (var i = 0; i < shape.Inner; i++)
                    sum += left[(row * shape.Inner) + i] * right[(column * shape.Inner) + i];
                product[(row * shape.Columns) + column] = sum;
            }
        }

        return product;
    }
}
