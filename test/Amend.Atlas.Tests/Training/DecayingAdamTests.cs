using Amend.Atlas.Training;
using Amend.Models.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Atlas.Tests.Training;

[NoTensorLeaks]
public sealed class DecayingAdamTests
{
    private const double Rate = 0.05;
    private const double Decay = 0.1;
    private const int Steps = 12;

    /// <summary>Float32 values near 1 after a few steps of the same formula in another order.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1e9)]
    [InlineData(0.5)]
    public void A_step_is_that_of_AdamW_with_decay_on_matrices_only(double clipNorm)
    {
        using var scope = NewDisposeScope();
        using var weights = Weights();
        using var ours = new DecayingAdam(weights, Decay);
        var (matrix, vector) = (Copy(weights, "matrix"), Copy(weights, "vector"));
        using var matrixReference = optim.AdamW([matrix], Rate, 0.9, 0.98, 1e-8, Decay);
        using var vectorReference = optim.AdamW([vector], Rate, 0.9, 0.98, 1e-8, 0);

        for (var step = 0; step < Steps; step++)
        {
            Loss(weights["matrix"].Value, weights["vector"].Value).backward();
            ours.Step(Rate, clipNorm);
            matrixReference.zero_grad();
            vectorReference.zero_grad();
            Loss(matrix, vector).backward();
            nn.utils.clip_grad_norm_([matrix, vector], clipNorm);
            matrixReference.step();
            vectorReference.step();
        }

        Assert.True(weights["matrix"].Value.allclose(matrix, rtol: Tolerance, atol: Tolerance));
        Assert.True(weights["vector"].Value.allclose(vector, rtol: Tolerance, atol: Tolerance));
    }

    [Fact]
    public void Moments_and_the_number_of_steps_are_all_that_a_continuation_needs()
    {
        using var scope = NewDisposeScope();
        using var weights = Weights();
        using var whole = new DecayingAdam(weights, Decay);
        Take(whole, weights, 3);
        using var copy = new WeightTable();
        foreach (var weight in weights.All)
            copy.Add(weight with { Value = weight.Value.detach().clone().requires_grad_(true) });
        using var resumed = new DecayingAdam(copy, Decay);
        for (var i = 0; i < whole.Moments.Count; i++)
        {
            resumed.Moments[i].First.copy_(whole.Moments[i].First);
            resumed.Moments[i].Second.copy_(whole.Moments[i].Second);
        }

        resumed.ResumeAt(3);
        Take(whole, weights, 4);
        Take(resumed, copy, 4);

        Assert.Equal(weights.Hash(), copy.Hash());
    }

    [Fact]
    public void Gradients_that_are_not_finite_are_refused_and_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var weights = Weights();
        using var adam = new DecayingAdam(weights, Decay);
        var before = weights.Hash();
        (Loss(weights["matrix"].Value, weights["vector"].Value) * float.NaN).backward();

        Assert.Throws<ArithmeticException>(() => adam.Step(Rate, clipNorm: 1));

        Assert.Equal(before, weights.Hash());
    }

    private static void Take(DecayingAdam adam, WeightTable weights, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Loss(weights["matrix"].Value, weights["vector"].Value).backward();
            adam.Step(Rate, clipNorm: 1);
        }
    }

    private static WeightTable Weights()
    {
        using var generator = new Generator(5, CPU);
        var table = new WeightTable();
        table.Add(new ModelWeight("matrix", randn([3, 4], generator: generator).requires_grad_(true), false));
        table.Add(new ModelWeight("vector", randn([3], generator: generator).requires_grad_(true), false));
        return table;
    }

    private static Parameter Copy(WeightTable weights, string name) => nn.Parameter(weights[name].Value.detach().clone());

    private static Tensor Loss(Tensor matrix, Tensor vector)
    {
        var input = linspace(-1, 2, 20, dtype: ScalarType.Float32).view(4, 5);
        return (matrix.matmul(input) + vector.unsqueeze(1) - 1).square().sum();
    }
}
