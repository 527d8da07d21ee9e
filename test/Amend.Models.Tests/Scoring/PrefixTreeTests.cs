using Amend.Models.Scoring;

namespace Amend.Models.Tests.Scoring;

public sealed class PrefixTreeTests
{
    [Fact]
    public void Sequences_share_the_nodes_of_what_they_begin_with()
    {
        var tree = new PrefixTree();

        Assert.Equal([0, 1, 2], tree.Add([5, 6, 7]));
        Assert.Equal([0, 1, 3], tree.Add([5, 6, 8]));
        Assert.Equal([4, 5], tree.Add([6, 7]));
        Assert.Equal([0, 1], tree.Add([5, 6]));
        Assert.Equal(
            [new(5, 0, PrefixNode.Root), new(6, 1, 0), new(7, 2, 1), new(8, 2, 1), new(6, 0, PrefixNode.Root), new(7, 1, 4)],
            tree.Nodes);
    }

    [Fact]
    public void Sequences_of_different_prompts_share_nothing()
    {
        var tree = new PrefixTree();

        Assert.Equal([0, 1], tree.Add([5, 6], prompt: 1));
        Assert.Equal([2, 3], tree.Add([5, 6], prompt: 2));
        Assert.Equal([0, 1, 4], tree.Add([5, 6, 7], prompt: 1));
    }
}
