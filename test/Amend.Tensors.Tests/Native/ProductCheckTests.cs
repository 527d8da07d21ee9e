using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Native;

public sealed class ProductCheckTests
{
    [Fact]
    public void Products_of_this_libtorch_hold() => Assert.True(ProductCheck.Holds());

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_product_with_one_wrong_element_in_one_type_does_not_hold(ScalarType wrong)
    {
        Assert.True(ProductCheck.Holds(Product));
        Assert.False(ProductCheck.Holds((left, right) =>
        {
            var product = Product(left, right);
            if (product.dtype == wrong)
                product[-1, -1] += 1;
            return product;
        }));

        static Tensor Product(Tensor left, Tensor right) => left.matmul(right.t());
    }

    [Fact]
    public void The_rate_of_a_product_counts_a_product_and_a_sum_for_each_inner_element()
    {
        var rate = ProductRate.Measure(rows: 3, inputs: 64, outputs: 32, TimeSpan.Zero);

        Assert.Equal((3, 64, 32), (rate.Rows, rate.Inputs, rate.Outputs));
        Assert.InRange(rate.GigaflopsPerSecond, 1e-6, 1e6);
    }
}
