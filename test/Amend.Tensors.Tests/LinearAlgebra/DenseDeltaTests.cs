using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class DenseDeltaTests
{
    [Fact]
    public void Adding_changes_a_matrix_or_a_bias_in_place()
    {
        using var scope = NewDisposeScope();
        using var ofMatrix = new DenseDelta(tensor(new float[,] { { 1, 2 }, { 3, 4 } }));
        using var ofBias = new DenseDelta(tensor([5f, 6]));
        var (matrix, bias) = (ones(2, 2), ones(2));
        var same = matrix.alias();

        ofMatrix.AddTo(matrix);
        ofBias.AddTo(bias);

        Assert.Equal([2f, 3, 4, 5], same.data<float>().ToArray());
        Assert.Equal([6f, 7], bias.data<float>().ToArray());
        Assert.Equal([2L, 2], ofMatrix.Shape);
        Assert.Equal([2L], ofBias.Shape);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_half_precision_weight_is_rounded_once(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var delta = new DenseDelta(randn(6, 7, generator: new Generator(1)));
        var weight = randn(6, 7).to(dtype);
        var expected = (weight.to(ScalarType.Float32) + delta.Value).to(dtype);

        delta.AddTo(weight);

        TensorAssert.Equal("weight", expected, weight);
    }

    [Fact]
    public void A_parameter_that_wants_gradients_can_be_changed()
    {
        using var scope = NewDisposeScope();
        using var delta = new DenseDelta(ones(3));
        var parameter = zeros(3).requires_grad_();

        delta.AddTo(parameter);

        Assert.Equal([1f, 1, 1], parameter.detach().data<float>().ToArray());
        Assert.True(parameter.requires_grad && parameter.is_leaf);
    }

    [Fact]
    public void The_difference_of_two_weights_gives_the_second_within_rounding()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var weight = randn(50, 60, generator: generator);
        var tuned = weight + (0.01 * randn(50, 60, generator: generator));
        using var delta = new DenseDelta(tuned - weight);

        delta.AddTo(weight);

        TensorAssert.Close("weight", tuned, weight, 2.4e-7);
    }

    [Fact]
    public void The_copy_and_its_clone_live_on_in_float32()
    {
        using var scope = NewDisposeScope();
        var value = tensor([3.0, 4.0]).requires_grad_();
        var delta = new DenseDelta(value);
        using var clone = delta.Clone();

        delta.Dispose();

        Assert.Equal(ScalarType.Float32, ((DenseDelta)clone).Value.dtype);
        Assert.False(((DenseDelta)clone).Value.requires_grad);
        Assert.Equal(5, clone.FrobeniusNorm());
        Assert.Throws<ObjectDisposedException>(delta.Clone);
        Assert.Throws<ObjectDisposedException>(() => delta.FrobeniusNorm());
        Assert.Throws<ObjectDisposedException>(() => delta.AddTo(ones(2)));
    }

    [Fact]
    public void Changes_and_weights_of_another_form_are_the_callers_mistake()
    {
        using var scope = NewDisposeScope();
        using var delta = new DenseDelta(ones(3, 2));

        Assert.Throws<ArgumentException>(() => new DenseDelta(ones(1, 2, 3)));
        Assert.Throws<ArgumentException>(() => new DenseDelta(ones([2], ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => delta.AddTo(ones(2, 3)));
        Assert.Throws<ArgumentException>(() => delta.AddTo(ones(3, 2, ScalarType.Int32)));
    }
}
