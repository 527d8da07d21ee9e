using Amend.Editing.Editors.UltraEdit;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>UltraEdit's normalisation and least-squares step against the reference on given keys and gradients, turn after turn.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class UltraEditParityTests
{
    /// <summary>The golden README's tolerance.</summary>
    private const double Tolerance = 2e-4;

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name == "ultraedit"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Running_moments_and_shifts_are_those_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        using var expected = golden.Tensors("expected.safetensors");
        using var scope = NewDisposeScope();
        var (lr, batches) = (json.GetProperty("lr").GetDouble(), json.GetProperty("batches_per_turn").GetInt32());
        var moments = RunningMoments.None;
        for (var turn = 0; turn < json.GetProperty("turns").GetInt32(); turn++)
        {
            Tensor[] Each(string kind) => [.. Enumerable.Range(0, batches).Select(batch => expected[$"t{turn}.b{batch}.{kind}"])];
            var (keys, slopes) = (Each("keys"), Each("value_grads"));
            moments = Enumerable.Range(0, batches).Aggregate(moments, (sum, batch) => sum.With(RunningMoments.Measure(cat([keys[batch], slopes[batch]], 1))));

            using var change = UltraEditUpdate.Compute(cat(keys), cat(slopes), moments, lr);

            TensorAssert.CloseRelative("norm_mean", expected[$"t{turn}.norm_mean"], tensor(moments.Mean.ToArray()), Tolerance);
            TensorAssert.CloseRelative("norm_std", expected[$"t{turn}.norm_std"], tensor(moments.Deviation.ToArray()), Tolerance);
            TensorAssert.CloseRelative("shift", expected[$"t{turn}.shift"], Assert.IsType<LowRankDelta>(change).ToDense().t(), Tolerance);
        }
    }
}
