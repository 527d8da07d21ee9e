using Amend.Editing.Governance;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Governance;

[NoTensorLeaks]
public sealed class WeightChangeTests
{
    private const double Tolerance = 1e-5;

    [Fact]
    public void A_change_is_told_in_units_of_the_matrix_without_edits_alone_and_with_those_before()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var weight = model.Transformer.DownProjection(0);
        var before = weight.Value.clone();
        using var first = SampleEdits.Make(model, seed: 1);
        using var second = SampleEdits.Make(model, seed: 2);
        model.Applied.Apply(first.Id, first.Effects);
        model.Applied.Apply(second.Id, second.Effects);

        var alone = Assert.Single(WeightChange.Of(model, [second]));
        var together = Assert.Single(WeightChange.Of(model, [first, second]));

        Assert.Equal(weight.Name, alone.Weight);
        Assert.Equal(Relative(((LowRankDelta)second.Deltas[weight.Name]).ToDense()), alone.Write, Tolerance);
        Assert.Equal(Relative(weight.Value - before), alone.Total, Tolerance);
        Assert.Equal(alone.Total, together.Total);
        Assert.Equal(together.Total, together.Write, Tolerance);

        double Relative(Tensor change) => (change.to(float64).norm() / before.to(float64).norm()).item<double>();
    }

    [Fact]
    public void A_bias_is_passed_over()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var name = model.Transformer.DownProjection(0).Name.Replace(".weight", ".bias", StringComparison.Ordinal);
        using var change = ones(model.Weights[name].Value.shape);
        using var edit = new Edit(SampleEdits.Record(model.BaseHash), [new WeightEffect(name, new DenseDelta(change))]);
        model.Applied.Apply(edit.Id, edit.Effects);

        Assert.Empty(WeightChange.Of(model, [edit]));
    }
}
