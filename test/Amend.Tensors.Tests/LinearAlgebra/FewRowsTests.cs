using System.Runtime.Intrinsics.X86;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class FewRowsTests
{
    [Theory]
    [InlineData(5, 16, 4)]
    [InlineData(5, 768, 1001)]
    [InlineData(6, 32, 6)]
    [InlineData(9, 1536, 130)]
    [InlineData(10, 3072, 768)]
    [InlineData(11, 48, 2000)]
    [InlineData(15, 576, 577)]
    [InlineData(20, 64, 9)]
    public void The_product_is_that_of_libtorch_and_rounds_no_more(int rows, int inputs, int outputs)
    {
        Assert.SkipUnless(Avx512F.IsSupported, "The processor has no AVX-512.");
        using var scope = NewDisposeScope();
        var (x, weight, bias) = (randn(rows, inputs), randn(outputs, inputs), randn(outputs));
        var exact = nn.functional.linear(x.to(float64), weight.to(float64), bias.to(float64));

        Assert.True(FewRows.CanMap(x, weight, bias));
        var product = FewRows.Map(x, weight, bias);

        var off = Off(product, exact);
        Assert.InRange(off, 0, (2 * Off(nn.functional.linear(x, weight, bias), exact)) + 1e-8);
        TensorAssert.Equal("without bias", product, FewRows.Map(x, weight, null) + bias);
    }

    [Fact]
    public void A_row_has_the_same_bits_among_others_and_on_any_number_of_threads()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "The processor has no AVX-512.");
        using var scope = NewDisposeScope();
        var (x, weight) = (randn(3, 5, 320), randn(1111, 320));
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = FewRows.Map(x, weight, null);
            set_num_threads(2);
            TensorAssert.Equal("threads", one, FewRows.Map(x, weight, null));
            TensorAssert.Equal("rows", one.view(15, -1).narrow(0, 4, 7), FewRows.Map(x.view(15, -1).narrow(0, 4, 7), weight, null));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void What_it_does_not_map_is_left_to_libtorch()
    {
        using var scope = NewDisposeScope();
        var weight = randn(64, 32);

        Assert.False(FewRows.CanMap(randn(4, 32), weight, null));
        Assert.False(FewRows.CanMap(randn(21, 32), weight, null));
        Assert.False(FewRows.CanMap(randn(8, 32).to(bfloat16), weight.to(bfloat16), null));
        Assert.False(FewRows.CanMap(randn(32, 8).t(), weight, null));
        Assert.False(FewRows.CanMap(randn(8, 24), randn(64, 24), null));
        Assert.False(FewRows.CanMap(randn(8, 32).requires_grad_(true), weight, null));
        Assert.False(FewRows.CanMap(randn(8, 32), weight, zeros(64, requires_grad: true)));
    }

    private static double Off(Tensor product, Tensor exact) => ((product - exact).norm() / exact.norm()).item<double>();
}
