using Amend.Models.Sources.Gguf;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Sources.Gguf;

/// <summary>What converters did to values, undone, against the plain statement of what was done.</summary>
[NoTensorLeaks]
public sealed class GgufValuesTests
{
    private const int Heads = 3;
    private const int HeadWidth = 4;
    private const int Width = 5;

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Paired_rows_are_put_back_head_by_head_in_their_own_memory(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var stored = arange(Heads * HeadWidth * Width).view([Heads * HeadWidth, Width]).to(dtype);
        var given = stored.clone();

        var found = new PairedRows(Heads).Load(_ => given.alias(), dtype);

        TensorAssert.Equal("memory", given, found);
        for (var head = 0; head < Heads; head++)
        {
            for (var row = 0; row < HeadWidth; row++)
            {
                var from = row < HeadWidth / 2 ? 2 * row : (2 * (row - (HeadWidth / 2))) + 1;
                TensorAssert.Equal($"{head}.{row}", stored[(head * HeadWidth) + from], found[(head * HeadWidth) + row]);
            }
        }
    }

    [Fact]
    public void Paired_biases_are_put_back_as_rows_are()
    {
        using var scope = NewDisposeScope();

        var found = new PairedRows(2).Load(_ => tensor(new float[] { 0, 1, 2, 3, 4, 5, 6, 7 }), ScalarType.Float32);

        Assert.Equal([0, 2, 1, 3, 4, 6, 5, 7], found.data<float>().ToArray());
    }

    [Fact]
    public void Transposed_matrices_are_turned_without_a_copy_and_biases_stay()
    {
        using var scope = NewDisposeScope();
        var (values, stored, bias) = (new TransposedMatrices(), rand(3, 5), rand(3));

        var found = values.Load(_ => stored.alias(), ScalarType.Float32);

        Assert.Equal([5L, 3L], values.ShapeOf([3, 5]));
        Assert.Equal([3L], values.ShapeOf([3]));
        TensorAssert.Equal("matrix", stored.t(), found);
        stored.zero_();
        Assert.Equal(0, found.abs().max().item<float>());
        TensorAssert.Equal("bias", bias, values.Load(_ => bias.alias(), ScalarType.Float32));
    }

    [Fact]
    public void One_is_taken_away_before_the_type_is_narrowed()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new[] { 0.001953125f, -0.0029296875f }); // Of bfloat16, though 1 + w is not.

        var found = new OneAdded().Load(dtype => (weight + 1).to(dtype), ScalarType.BFloat16);

        TensorAssert.Equal("weight", weight.to(ScalarType.BFloat16), found);
    }

    [Fact]
    public void A_projection_fused_by_kind_is_sorted_by_heads()
    {
        using var scope = NewDisposeScope();
        var byHead = arange(Heads * 3 * HeadWidth * Width, dtype: ScalarType.Float32).view([Heads * 3 * HeadWidth, Width]);
        var byKind = cat([.. Enumerable.Range(0, 3).SelectMany(kind => Enumerable.Range(0, Heads)
            .Select(head => byHead.narrow(0, ((head * 3) + kind) * HeadWidth, HeadWidth)))]);

        TensorAssert.Equal("weight", byHead, new FusedByKind(Heads, Heads).Load(_ => byKind, ScalarType.Float32));
        TensorAssert.Equal("back", byKind, new FusedByKind(Heads, Heads).ToFile(byHead));
    }

    [Fact]
    public void A_projection_fused_by_kind_is_sorted_by_groups_of_heads()
    {
        using var scope = NewDisposeScope();
        const int Groups = 2; // Of two queries each: q0 q1 k0 v0, q2 q3 k1 v1.
        var rows = arange(8 * HeadWidth * Width, dtype: ScalarType.Float32).view([8, HeadWidth, Width]);
        var byGroup = rows.view([8 * HeadWidth, Width]);
        var byKind = rows.index_select(0, tensor(new long[] { 0, 1, 4, 5, 2, 6, 3, 7 })).view([8 * HeadWidth, Width]);

        TensorAssert.Equal("weight", byGroup, new FusedByKind(4, Groups).Load(_ => byKind, ScalarType.Float32));
        TensorAssert.Equal("back", byKind, new FusedByKind(4, Groups).ToFile(byGroup));
    }
}
