using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Statistics;

[NoTensorLeaks]
public sealed class SecondMomentLibraryTests : IDisposable
{
    private const int Layer = 1;
    private const double Ridge = 0.5;
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;

    public SecondMomentLibraryTests() => _model = _folder.Load();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private string Shipped => SecondMomentLibrary.ShippedPath(_folder.Path, Layer);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Collected_statistics_are_found_in_the_home()
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        var path = library.PathFor(_model, Layer);
        Collect(path, "Rome is in");

        Assert.StartsWith(_folder.Home.Folder, path, StringComparison.Ordinal);
        Assert.Equal(32, library.Factored(_model, Layer, Ridge).Size);
    }

    [Fact]
    public void Shipped_statistics_go_before_collected_ones()
    {
        using var scope = NewDisposeScope();
        using var library = new SecondMomentLibrary(_folder.Home);
        using var onlyShipped = new SecondMomentLibrary(new AmendHome(_folder.Beside("empty")));
        Collect(Shipped, "Rome is in");
        Collect(library.PathFor(_model, Layer), "The Space Needle was made by D'Artagnan");

        TensorAssert.Equal(
            "C⁻¹ 1",
            onlyShipped.Factored(_model, Layer, Ridge).Solve(ones(32)),
            library.Factored(_model, Layer, Ridge).Solve(ones(32)));
    }

    [Fact]
    public void A_list_says_which_file_of_a_layer_is_used()
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(Shipped, "Rome is in");
        Collect(library.PathFor(_model, Layer), "The Space Needle was made by D'Artagnan");

        var all = StatisticsList.Read(library, _model, mostWidth: 0).Statistics;
        _folder.WriteWeights(seed: 2);
        using var other = _folder.Load();
        var ofOthers = StatisticsList.Read(library, other, mostWidth: 0).Statistics;

        Assert.Equal([(Layer, StatisticsUse.Used), (Layer, StatisticsUse.OtherFirst)], all.Select(one => (one.Layer!.Value, one.Use!.Value)));
        Assert.Equal([Shipped, library.PathFor(_model, Layer)], all.Select(one => one.Statistics.Path));
        Assert.Equal([StatisticsUse.OtherWeights], ofOthers.Select(one => one.Use!.Value));
        Assert.Null(Assert.Single(StatisticsList.Read(Shipped).Statistics).Use);
    }

    [Fact]
    public void A_factorisation_is_kept_for_each_layer_and_ridge()
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(Shipped, "Rome is in");

        var first = library.Factored(_model, Layer, Ridge);

        Assert.Same(first, library.Factored(_model, Layer, Ridge));
        Assert.NotSame(first, library.Factored(_model, Layer, 2 * Ridge));
    }

    [Fact]
    public void A_file_that_is_written_again_is_read_again()
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(Shipped, "Rome is in");
        var first = library.Factored(_model, Layer, Ridge);

        File.Delete(Shipped);
        Collect(Shipped, "The Space Needle");
        File.SetLastWriteTimeUtc(Shipped, DateTime.UtcNow.AddMinutes(1));

        Assert.NotSame(first, library.Factored(_model, Layer, Ridge));
    }

    [Fact]
    public void Shipped_statistics_of_other_weights_are_passed_over_for_collected_ones()
    {
        Collect(Shipped, "Rome is in");
        _folder.WriteWeights(seed: 2);
        using var changed = _folder.Load();
        using var library = new SecondMomentLibrary(_folder.Home);

        var failure = Assert.Throws<AmendException>(() => library.Factored(changed, Layer, Ridge));
        new SecondMomentCollector(changed, Layer, new SecondMomentOptions()).Collect(["Rome is in"], library.PathFor(changed, Layer), stop: Running);

        Assert.StartsWith($"'{Shipped}' holds statistics of layer 1 of the weights {_model.BaseHash[..12]}", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("collect them again with amend stats.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(32, library.Factored(changed, Layer, Ridge).Size);
    }

    [Fact]
    public void Statistics_of_another_layer_under_the_layers_name_are_refused()
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(Shipped, "Rome is in");
        File.Copy(Shipped, SecondMomentLibrary.ShippedPath(_folder.Path, 2));

        var failure = Assert.Throws<AmendException>(() => library.Factored(_model, 2, Ridge));

        Assert.Contains("holds statistics of layer 1 of the weights", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_tokens_for_a_factorisation_are_said_with_a_ridge_to_add()
    {
        using var library = new SecondMomentLibrary(_folder.Home);
        Collect(Shipped, "Rome");

        var failure = Assert.Throws<AmendException>(() => library.Factored(_model, Layer, ridge: 0));

        Assert.Contains("is not positive definite", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_the_sentence_says_how_to_collect_them()
    {
        using var library = new SecondMomentLibrary(_folder.Home);

        var failure = Assert.Throws<AmendException>(() => library.Factored(_model, Layer, Ridge));

        Assert.Contains("amend stats tiny --layer 1 --text FILE", failure.Message, StringComparison.Ordinal);
    }

    private void Collect(string path, string line) =>
        new SecondMomentCollector(_model, Layer, new SecondMomentOptions()).Collect([line], path, stop: Running);
}
