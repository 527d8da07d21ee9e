using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Passes;

[NoTensorLeaks]
public sealed class PromptPlacesTests
{
    [Fact]
    public void In_rows_of_one_prompt_tokens_stand_before_at_and_behind_its_end()
    {
        using var scope = NewDisposeScope();
        var mask = tensor([true, true, true, true, true, true, true, false], 2, 4);
        var ends = tensor([false, true, false, false, false, false, true, false], 2, 4);

        var places = PromptPlaces.Of(AttentionScope.Causal(mask, 4).EndingAt(ends));

        Assert.Equal([new PromptEnd(0, 1), new PromptEnd(1, 2)], places.Ends);
        Assert.Equal("BEHH BBEH", Text(places, 4));
    }

    [Fact]
    public void A_pass_that_goes_on_behind_its_prompts_knows_their_ends_as_past()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var mask = ones(1, 5, dtype: ScalarType.Bool);
        var ends = tensor([false, false, true, false, false], 1, 5);

        var places = PromptPlaces.Of(AttentionScope.Causal(mask, 1, cache).EndingAt(ends));

        Assert.Equal([new PromptEnd(0, -2)], places.Ends);
        Assert.False(places.Ends[0].IsPresent);
        Assert.Equal("H", Text(places, 1));
    }

    [Fact]
    public void In_a_row_of_several_prompts_the_mask_tells_which_end_a_token_belongs_to()
    {
        using var scope = NewDisposeScope();
        // Two prompts, tokens 0-1 and 2-3, each with a token behind it, and padding.
        int[][] paths = [[0], [0, 1], [2], [2, 3], [0, 1, 4], [2, 3, 5], [6]];
        var mask = tensor(paths.SelectMany(path => Enumerable.Range(0, 7).Select(path.Contains)).ToArray(), [1, 1, 7, 7]);
        var positions = tensor(paths.Select(path => path.Length - 1L).ToArray(), 1, 7);
        var ends = tensor([false, true, false, true, false, false, false], 1, 7);

        var places = PromptPlaces.Of(AttentionScope.Given(positions, mask, null).EndingAt(ends));

        Assert.Equal("BEBEHH-", Text(places, 7));
        Assert.Equal([0, 0, 1, 1, 0, 1, -1], Enumerable.Range(0, 7).Select(places.EndOf));
    }

    [Fact]
    public void A_pass_that_does_not_say_where_prompts_end_has_no_places()
    {
        using var scope = NewDisposeScope();
        var pass = AttentionScope.Causal(ones(1, 3, dtype: ScalarType.Bool), 3);

        Assert.Throws<InvalidOperationException>(() => PromptPlaces.Of(pass));
    }

    private static string Text(PromptPlaces places, int tokens)
    {
        var rows = places.Ends.Max(end => end.Row) + 1;
        var sides = Enumerable.Range(0, rows * tokens).Select(at => places.SideOf(at) switch
        {
            PromptSide.Before => 'B',
            PromptSide.End => 'E',
            PromptSide.Behind => 'H',
            _ => '-',
        });
        return string.Join(' ', sides.Chunk(tokens).Select(row => new string(row)));
    }
}
