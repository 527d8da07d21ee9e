using Amend.Models.Scoring;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class PrefixBatchTests
{
    [Fact]
    public void A_token_sees_its_own_path_and_has_its_depth_for_a_position()
    {
        var batch = PrefixBatch.Pack([[Asked(5, 6), Asked(5, 7, 8)], [Asked(9)]]);

        var (ids, positions, mask) = batch.Layout();

        Assert.Equal((1, 5), (batch.Rows, batch.Width));
        Assert.Equal([[0, 1], [0, 2, 3], [4]], batch.Places);
        Assert.Equal([5, 6, 7, 8, 9], ids);
        Assert.Equal([0, 1, 1, 2, 0], positions);
        Assert.Equal(["x....", "xx...", "x.x..", "x.xx.", "....x"], Seen(mask, 5));
    }

    [Fact]
    public void Groups_are_shared_out_over_rows_of_about_one_length_and_none_is_torn()
    {
        var groups = Enumerable.Range(0, 100).Select(id => new int[][] { [id, 1, 1, 1], [id, 1, 2], [id, 1, 1, 2] }).ToArray();

        var batch = PrefixBatch.Pack([.. groups.Select(group => group.Select(ids => Asked(ids)).ToArray())]);
        var (ids, _, mask) = batch.Layout();

        Assert.Equal(4, batch.Rows);
        Assert.InRange(batch.Width, 150, 160);
        for (var i = 0; i < batch.Places.Count; i++)
        {
            Assert.Equal(groups[i / 3][i % 3], batch.Places[i].Select(place => (int)ids[place]));
            Assert.Equal(batch.Places[i / 3 * 3][0], batch.Places[i][0]);
        }

        // Padding sees itself, so that no row of the attention is empty.
        Assert.All(Seen(mask, batch.Width), row => Assert.Contains('x', row));
    }

    [Fact]
    public void Hidden_states_at_a_sequences_places_are_those_of_the_sequence_alone()
    {
        using var model = TinyModels.Gpt2(seed: 2);
        using var scope = NewDisposeScope();
        int[][] sequences = [[1, 2, 3], [1, 2, 4, 5], [6, 2, 3], [1, 2]];
        var batch = PrefixBatch.Pack([[.. sequences.Select(ids => Asked(ids))]]);

        var hidden = batch.Hidden(model);

        for (var i = 0; i < sequences.Length; i++)
        {
            var alone = model.Hidden(TokenBatch.Pad([sequences[i]], 0))[0];
            TensorAssert.Close($"sequence {i}", alone, hidden[tensor(batch.Places[i].Select(place => (long)place).ToArray())], 1e-5);
        }
    }

    [Fact]
    public void Prompts_apart_share_nothing_but_the_targets_of_one_prompt_share_it()
    {
        TargetSequence[][] groups = [[new([1, 2, 3], 2), new([1, 2, 4], 2)], [new([1, 2, 5], 1)], [new([1, 2], 2)]];

        var shared = PrefixBatch.Pack(groups);
        var apart = PrefixBatch.Pack(groups, promptsApart: true);

        Assert.Equal([[0, 1, 2], [0, 1, 3], [0, 1, 4], [0, 1]], shared.Places);
        Assert.Equal([[0, 1, 2], [0, 1, 3], [4, 5, 6], [7, 8]], apart.Places);
        Assert.Equal([1, 1, 4, 8], apart.PromptEnds);
    }

    /// <summary>A sequence that is all prompt.</summary>
    private static TargetSequence Asked(params int[] ids) => new(ids, ids.Length);

    private static IEnumerable<string> Seen(bool[] mask, int width) =>
        mask.Chunk(width).Select(row => new string([.. row.Select(seen => seen ? 'x' : '.')]));
}
