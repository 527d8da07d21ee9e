using Amend.Models.Effects;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests;

[NoTensorLeaks]
public sealed class EditTests
{
    private static readonly EditRecord Record = SampleEdits.Record(new string('0', 64));

    [Fact]
    public void An_edit_of_weights_and_of_what_it_leaves_can_be_merged_into_weights()
    {
        using var scope = NewDisposeScope();
        var keys = new MemoryEffect("a", "keys", new Dictionary<string, Tensor> { ["keys"] = ones(3, 1) });
        using var edit = new Edit(Record, [new WeightEffect("a", SampleEdits.Delta(4, 3, seed: 1)), keys]);

        Assert.Equal(["a"], edit.AsWeights().Keys);
    }

    [Fact]
    public void An_edit_of_what_a_layer_gives_out_cannot_be_merged_and_names_itself()
    {
        using var edit = new Edit(Record, [new WeightEffect("a", SampleEdits.Delta(4, 3, seed: 1)), new Nothing("b")], "0123456789ab");

        var failure = Assert.Throws<AmendException>(() => edit.AsWeights());

        Assert.Equal(
            "Edit 0123456789ab (rome) changes what 'b' gives out and not the weight, so it cannot be merged into weights; take it back first.",
            failure.Message);
        Assert.Equal(["a"], edit.Deltas.Keys);
    }

    private sealed class Nothing(string weight) : IAdaptorEffect
    {
        public string Weight { get; } = weight;

        public IAdaptor Fold(IAdaptor? before) => throw new NotSupportedException("It is not applied.");

        public IEditEffect Clone() => new Nothing(Weight);

        public void Dispose()
        {
        }
    }
}
