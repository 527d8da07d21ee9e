using Amend.Editing.Tuning;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Tuning;

[NoTensorLeaks]
public sealed class TunedWeightTests
{
    [Fact]
    public void The_model_sees_the_master_until_the_weight_is_put_back()
    {
        using var scope = NewDisposeScope();
        var weight = tensor([1f, 2, 3]);
        using (var tuned = new TunedWeight(new ModelWeight("w", weight, StoredTransposed: false)))
        {
            Assert.True(weight.requires_grad);
            Change(tuned, 0.5);
            Assert.Equal([1f, 2, 3], weight.detach().data<float>().ToArray());
            tuned.Show();
            Assert.Equal([1.5f, 2.5f, 3.5f], weight.detach().data<float>().ToArray());
            using var delta = tuned.ToDelta();
            Assert.Equal([0.5f, 0.5f, 0.5f], delta.Value.data<float>().ToArray());
        }

        Assert.False(weight.requires_grad);
        Assert.Equal([1f, 2, 3], weight.data<float>().ToArray());
    }

    [Fact]
    public void The_bound_holds_for_every_element_on_both_sides()
    {
        using var scope = NewDisposeScope();
        using var tuned = new TunedWeight(new ModelWeight("w", zeros(3), StoredTransposed: false));
        using (no_grad())
            tuned.Master.copy_(tensor([-1f, 0.125f, 1]));

        tuned.Clamp(0.25);

        Assert.Equal([-0.25f, 0.125f, 0.25f], tuned.Master.detach().data<float>().ToArray());
    }

    [Fact]
    public void Steps_too_small_for_bfloat16_add_up_in_the_master()
    {
        using var scope = NewDisposeScope();
        var weight = ones(2, ScalarType.BFloat16);
        using var tuned = new TunedWeight(new ModelWeight("w", weight, StoredTransposed: false));
        for (var step = 0; step < 100; step++)
        {
            Change(tuned, 1e-3);
            tuned.Show();
        }

        using var delta = tuned.ToDelta();
        TensorAssert.Close("delta", full(2, 0.1f), delta.Value, 1e-5);
        TensorAssert.Close("weight", full(2, 1.1f), weight.detach().to(ScalarType.Float32), 4e-3);
    }

    private static void Change(TunedWeight tuned, double by)
    {
        using var none = no_grad();
        tuned.Master.add_(by);
    }
}
