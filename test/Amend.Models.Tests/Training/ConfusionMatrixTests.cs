using Amend.Models.Training;

namespace Amend.Models.Tests.Training;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Figures_follow_from_the_counts()
    {
        var matrix = new ConfusionMatrix(["a", "b", "c"], [(0, 0), (0, 1), (0, 0), (1, 1), (1, 1), (1, 0)]);

        Assert.Equal([[2, 1, 0], [1, 2, 0], [0, 0, 0]], matrix.Counts);
        Assert.Equal((6, 4 / 6.0), (matrix.Total, matrix.Accuracy));
        Assert.Equal((3, 2 / 3.0, 2 / 3.0), (matrix.CountOf(0), matrix.Recall(0), matrix.Precision(0)));
        Assert.Equal((0, 0.0, 0.0), (matrix.CountOf(2), matrix.Recall(2), matrix.Precision(2)));
    }

    [Fact]
    public void Of_no_texts_all_shares_are_0() => Assert.Equal(0, new ConfusionMatrix(["a", "b"], []).Accuracy);
}
