using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Statistics;

namespace Amend.Editing.Tests.Statistics;

/// <summary>Collections of several layers, which share the passes and may have been killed between their files.</summary>
[NoTensorLeaks]
public sealed class SeveralLayersTests : IDisposable
{
    private static readonly string[] Lines = [.. Enumerable.Range(0, 30).Select(i => i % 7 == 0 ? "" : $"The Space Needle {i} is in Rome, Goa and New South Wales")];
    private static readonly SecondMomentOptions Small = new() { BatchTokens = 100, SaveInterval = TimeSpan.Zero };
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;

    public SeveralLayersTests() => _model = _folder.Load();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void One_pass_gives_every_layer_the_file_of_its_own_run()
    {
        string[] together = [_folder.Beside("0"), _folder.Beside("2")];

        var tokens = new SecondMomentCollector(_model, [0, 2], Small).Collect(TextPassage.Of(Lines), together, stop: Running);

        Assert.Equal(tokens[0], tokens[1]);
        Assert.Equal(Alone(0, Lines.Length), File.ReadAllBytes(together[0]));
        Assert.Equal(Alone(2, Lines.Length), File.ReadAllBytes(together[1]));
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(12, 0)]
    [InlineData(7, 21)]
    [InlineData(30, 3)]
    public void Layers_that_were_left_at_different_places_come_together(int first, int second)
    {
        string[] paths = [_folder.Beside("0"), _folder.Beside("1")];
        LeaveAt(0, paths[0], first);
        LeaveAt(1, paths[1], second);

        var tokens = new SecondMomentCollector(_model, [0, 1], Small).Collect(TextPassage.Of(Lines), paths, stop: Running);

        using var one = SecondMoment.Load(paths[0]);
        using var other = SecondMoment.Load(paths[1]);
        using var whole = Whole(0);
        using var wholeOther = Whole(1);
        Assert.Equal([whole.Count, whole.Count], tokens);
        Assert.Equal(("true", "true"), (one.Metadata["finished"], other.Metadata["finished"]));
        Close(whole, one);
        Close(wholeOther, other);
    }

    [Fact]
    public void A_budget_that_cut_a_passage_differently_is_said()
    {
        string[] paths = [_folder.Beside("0"), _folder.Beside("1")];
        new SecondMomentCollector(_model, 0, Small with { MaxTokens = 3 }).Collect(Lines, paths[0], stop: Running);
        new SecondMomentCollector(_model, 1, Small with { MaxTokens = 4 }).Collect(Lines, paths[1], stop: Running);

        var failure = Assert.Throws<AmendException>(() => new SecondMomentCollector(_model, [0, 1], Small).Collect(TextPassage.Of(Lines), paths, stop: Running));

        Assert.Contains("the file of layer 0 has 3 tokens and that of layer 1 has 4; collect these layers one by one", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 1, 1 })]
    public void Layers_are_named_once_each(int[] layers) =>
        Assert.Contains("name at least one, each once", Assert.Throws<AmendException>(() => new SecondMomentCollector(_model, layers, Small)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stopped_file_goes_on_only_with_weights_of_its_type()
    {
        LeaveAt(0, _folder.Beside("0"), 12);
        using var half = LanguageModel.Load(_folder.Path, new LoadOptions { DType = TorchSharp.torch.ScalarType.BFloat16 });

        var failure = Assert.Throws<AmendException>(() => new SecondMomentCollector(half, 0, Small).Collect(Lines, _folder.Beside("0"), stop: Running));

        Assert.Contains("was collected from weights in Float32, but the model is loaded in BFloat16", failure.Message, StringComparison.Ordinal);
    }

    private static void Close(SecondMoment expected, SecondMoment actual)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        Assert.Equal(expected.Count, actual.Count);
        TensorAssert.CloseRelative("C", expected.Mean(), actual.Mean(), 1e-6);
    }

    private void LeaveAt(int layer, string path, int lines)
    {
        if (lines == 0)
            return;
        using var stop = new CancellationTokenSource();
        new SecondMomentCollector(_model, layer, Small with { BatchTokens = 1 }).Collect(Stopping(Lines, lines, stop), path, stop: stop.Token);
    }

    /// <summary>The lines, with a stop asked for when so many were taken.</summary>
    private static IEnumerable<string> Stopping(string[] lines, int after, CancellationTokenSource stop)
    {
        foreach (var (at, line) in lines.Index())
        {
            if (at == after)
                stop.Cancel();
            yield return line;
        }
    }

    private SecondMoment Whole(int layer)
    {
        Alone(layer, Lines.Length);
        return SecondMoment.Load(_folder.Beside($"alone-{layer}"));
    }

    private byte[] Alone(int layer, int lines)
    {
        var path = _folder.Beside($"alone-{layer}");
        File.Delete(path);
        new SecondMomentCollector(_model, layer, Small).Collect(Lines.Take(lines), path, stop: Running);
        return File.ReadAllBytes(path);
    }
}
