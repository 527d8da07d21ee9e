using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Amend.Tensors.Native;
using static Amend.Tensors.LinearAlgebra.PlainFloats;
using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// The product x Wᵀ of five to twenty rows, as a step has it that writes several texts. It costs little more than reading W: four
/// rows of W meet five of x in the registers of AVX-512, where MKL's kernels read W at a quarter to a half of what the memory gives
/// (bench/results/kernels.md). Every dot product is summed in the same order, however many rows and threads there are. Without gradients.
/// </summary>
public static unsafe class FewRows
{
    /// <summary>The number of rows from which it is quicker than libtorch's product.</summary>
    private const int Least = Group;

    /// <summary>The number of rows up to which it is.</summary>
    private const int Most = 4 * Group;

    /// <summary>Rows of x, and of W, whose sums are in the registers together.</summary>
    private const int Group = 5;

    /// <inheritdoc cref="Group"/>
    private const int Tile = 4;

    /// <summary>Elements of a register.</summary>
    private const int Lanes = 16;

    /// <summary>Elements of W that a thread takes at a time; a quarter of them, and twice as many, were slower.</summary>
    private const long Share = 1 << 16;

    private static readonly bool IsWanted =
        Avx512F.IsSupported && Environment.GetEnvironmentVariable(MklKernels.Variable) != MklKernels.Default;

    /// <summary>
    /// Whether x and W are what it maps: so many rows, float32 in main memory, each row by row, and no gradient asked for; on processors
    /// that have AVX-512, and unless <c>AMEND_MKL=default</c> leaves all kernels as they are shipped.
    /// </summary>
    /// <param name="x"><c>[..,in]</c>.</param>
    /// <param name="weight">W, <c>[out,in]</c>.</param>
    /// <param name="bias">b, <c>[out]</c>; null for none.</param>
    public static bool CanMap(Tensor x, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        var rows = x.numel() / x.shape[^1];
        return IsWanted && rows is >= Least and <= Most && x.shape[^1] % Lanes == 0 && weight.shape[0] >= Tile
            && IsPlain(weight) && IsPlain(x) && (bias is null || IsPlain(bias)) && !IsTracked(x, weight, bias);
    }

    /// <summary>x Wᵀ + b.</summary>
    /// <param name="x"><c>[..,in]</c>, of which <see cref="CanMap"/> holds.</param>
    /// <param name="weight">W, <c>[out,in]</c>.</param>
    /// <param name="bias">b, <c>[out]</c>; null for none.</param>
    /// <returns><c>[..,out]</c>, float32, in the caller's dispose scope.</returns>
    public static Tensor Map(Tensor x, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        var output = empty([.. x.shape[..^1], outputs], ScalarType.Float32);
        var product = new Product(
            Start(x), (int)(x.numel() / inputs), (int)inputs, Start(weight), outputs, bias is null ? null : Start(bias), Start(output));
        var rows = Math.Max(Tile, Share / inputs / Tile * Tile);
        var shares = (outputs + rows - 1) / rows;
        var threads = (int)Math.Min(get_num_threads(), shares);
        TorchThreads.Share(shares, threads, share => product.Compute(share * rows, Math.Min(outputs, (share + 1) * rows)));
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return output;
    }

    private static bool IsTracked(Tensor x, Tensor weight, Tensor? bias) =>
        is_grad_enabled() && (x.requires_grad || weight.requires_grad || bias is { requires_grad: true });

    private sealed class Product(float* x, int count, int inputs, float* weight, long outputs, float* bias, float* output)
    {
        /// <summary>Some outputs of all rows. The last tiles of W and of x may overlap those before, and give the same again.</summary>
        public void Compute(long first, long end)
        {
            for (var row = first; row < end; row += Tile)
            {
                var from = Math.Min(row, outputs - Tile);
                for (var at = 0; at < count; at += Group)
                    Multiply(from, Math.Min(at, count - Group));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // The first products already are of many elements.
        private void Multiply(long row, int at)
        {
            float* w = weight + (row * inputs), w1 = w + inputs, w2 = w1 + inputs, w3 = w2 + inputs;
            float* v = x + (at * inputs), v1 = v + inputs, v2 = v1 + inputs, v3 = v2 + inputs, v4 = v3 + inputs;
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default;
            Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default;
            Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default;
            Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default;
            for (var i = 0; i < inputs; i += Lanes)
            {
                if (at == 0) // The next tile's lines; what is behind the matrix does no harm.
                {
                    Sse.Prefetch0(w + (Tile * inputs) + i);
                    Sse.Prefetch0(w1 + (Tile * inputs) + i);
                    Sse.Prefetch0(w2 + (Tile * inputs) + i);
                    Sse.Prefetch0(w3 + (Tile * inputs) + i);
                }

                var (a, b) = (Vector512.Load(w + i), Vector512.Load(w1 + i));
                var (c, d) = (Vector512.Load(w2 + i), Vector512.Load(w3 + i));
                var y = Vector512.Load(v + i);
                a0 = Avx512F.FusedMultiplyAdd(a, y, a0);
                b0 = Avx512F.FusedMultiplyAdd(b, y, b0);
                c0 = Avx512F.FusedMultiplyAdd(c, y, c0);
                d0 = Avx512F.FusedMultiplyAdd(d, y, d0);
                y = Vector512.Load(v1 + i);
                a1 = Avx512F.FusedMultiplyAdd(a, y, a1);
                b1 = Avx512F.FusedMultiplyAdd(b, y, b1);
                c1 = Avx512F.FusedMultiplyAdd(c, y, c1);
                d1 = Avx512F.FusedMultiplyAdd(d, y, d1);
                y = Vector512.Load(v2 + i);
                a2 = Avx512F.FusedMultiplyAdd(a, y, a2);
                b2 = Avx512F.FusedMultiplyAdd(b, y, b2);
                c2 = Avx512F.FusedMultiplyAdd(c, y, c2);
                d2 = Avx512F.FusedMultiplyAdd(d, y, d2);
                y = Vector512.Load(v3 + i);
                a3 = Avx512F.FusedMultiplyAdd(a, y, a3);
                b3 = Avx512F.FusedMultiplyAdd(b, y, b3);
                c3 = Avx512F.FusedMultiplyAdd(c, y, c3);
                d3 = Avx512F.FusedMultiplyAdd(d, y, d3);
                y = Vector512.Load(v4 + i);
                a4 = Avx512F.FusedMultiplyAdd(a, y, a4);
                b4 = Avx512F.FusedMultiplyAdd(b, y, b4);
                c4 = Avx512F.FusedMultiplyAdd(c, y, c4);
                d4 = Avx512F.FusedMultiplyAdd(d, y, d4);
            }

            Put(row, at, a0, b0, c0, d0);
            Put(row, at + 1, a1, b1, c1, d1);
            Put(row, at + 2, a2, b2, c2, d2);
            Put(row, at + 3, a3, b3, c3, d3);
            Put(row, at + 4, a4, b4, c4, d4);
        }

        /// <summary>Writes four outputs of a row of x.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Put(long row, int at, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
        {
            var sums = Sse3.HorizontalAdd(Sse3.HorizontalAdd(Folded(a), Folded(b)), Sse3.HorizontalAdd(Folded(c), Folded(d)));
            (bias is null ? sums : sums + Vector128.Load(bias + row)).Store(output + (at * outputs) + row);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> Folded(Vector512<float> value)
        {
            var half = value.GetLower() + value.GetUpper();
            return half.GetLower() + half.GetUpper();
        }
    }
}
