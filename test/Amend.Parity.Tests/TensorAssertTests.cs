using Xunit.Sdk;
using static TorchSharp.torch;

namespace Amend.Parity.Tests;

/// <summary>All parity rests on the comparison, so it is tested itself.</summary>
[NoTensorLeaks]
public sealed class TensorAssertTests
{
    [Fact]
    public void Values_within_the_tolerance_pass()
    {
        using var scope = NewDisposeScope();

        TensorAssert.Close("x", tensor(new[] { 1.0, -200.0 }), tensor(new[] { 1.1, -200.1 }), 0.11);
        TensorAssert.CloseRelative("x", tensor(new[] { 1.0, -200.0 }), tensor(new[] { 2.0, -200.0 }), 0.005);
        TensorAssert.Equal("x", tensor(new[] { 1f, float.PositiveInfinity }), tensor(new[] { 1f, float.PositiveInfinity }));
    }

    [Fact]
    public void A_failure_shows_name_largest_and_mean_difference_tolerance_and_the_first_pairs()
    {
        using var scope = NewDisposeScope();

        var error = Assert.ThrowsAny<XunitException>(() => TensorAssert.Close("A.key.3", tensor(new[] { 1f, 2, 3, 4 }), tensor(new[] { 1f, 2.5f, 3, 3 }), 0.25));

        Assert.Equal(
            "A.key.3: 2 of 4 elements differ; the largest difference is 1, the mean 0.375, the tolerance 0.25 absolute; the first:\n"
            + "  [1] expected 2, found 2.5\n  [3] expected 4, found 3",
            error.Message);
    }

    [Fact]
    public void A_relative_tolerance_is_of_the_largest_expected_value()
    {
        using var scope = NewDisposeScope();

        Assert.ThrowsAny<XunitException>(() => TensorAssert.CloseRelative("x", tensor(new[] { 1.0, -200.0 }), tensor(new[] { 2.1, -200.0 }), 0.005));
    }

    [Theory]
    [InlineData(double.NaN, 1.0)]
    [InlineData(1.0, double.NaN)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    public void A_value_that_is_no_number_on_one_side_fails(double expected, double found)
    {
        using var scope = NewDisposeScope();

        Assert.ThrowsAny<XunitException>(() => TensorAssert.Close("x", tensor(new[] { expected, 0 }), tensor(new[] { found, 0 }), 1e9));
    }

    [Fact]
    public void Other_shapes_and_types_fail()
    {
        using var scope = NewDisposeScope();

        Assert.ThrowsAny<XunitException>(() => TensorAssert.Close("x", ones(2, 3), ones(3, 2), 1));
        Assert.ThrowsAny<XunitException>(() => TensorAssert.Equal("x", ones(2), ones(2, dtype: ScalarType.Float64)));
    }
}
