using Amend.Editing.Statistics;
using Amend.Editing.Workbench;

namespace Amend.Editing.Tests.Workbench;

[NoTensorLeaks]
public sealed class EditLoadTests
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome");

    [Fact]
    public void Weights_count_with_their_saved_values_and_copies_and_second_moments_by_the_square()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var weight = model.Transformer.DownProjection(1);
        var none = new EditLoad([], 0, 0, 0, 0);

        Assert.Equal(0, none.Bytes(model, [Tower]));
        Assert.Equal(16 * 32 * (4 + (3 * 4)), (none with { Weights = [weight], CopiesOfWeights = 3 }).Bytes(model, [Tower]));
        Assert.Equal(2 * 32 * 32 * 8, (none with { Squares = 2 }).Bytes(model, [Tower]));
    }

    [Fact]
    public void The_identity_in_place_of_statistics_holds_no_squares_where_they_are_the_statistics_alone()
    {
        var load = new EditLoad([], 0, Squares: 3, 0, 0);

        Assert.Equal(3, load.With(IdentityStatistics.Instance).Squares);
        Assert.Equal(0, (load with { SquaresOfStatistics = true }).With(IdentityStatistics.Instance).Squares);
        Assert.Equal(3, (load with { SquaresOfStatistics = true }).With(SecondMomentLibrary.Default).Squares);
    }

    [Fact]
    public void More_sequences_earlier_layers_and_longer_requests_need_more()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var load = new EditLoad([], 0, 0, 2, FirstLayer: 1);
        var bytes = load.Bytes(model, [Tower]);

        Assert.Equal(2 * bytes, (load with { Sequences = 4 }).Bytes(model, [Tower]));
        Assert.True((load with { FirstLayer = 0 }).Bytes(model, [Tower]) > bytes);
        Assert.True(load.Bytes(model, [Tower, Tower with { Prompt = "So at last they came to {}" }]) > bytes);
        Assert.True((load with { ContextTokens = 10 }).Bytes(model, [Tower]) > bytes);
        Assert.True((load with { FromSubject = true }).Bytes(model, [Tower]) < bytes);
    }
}
