using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Statistics;

[NoTensorLeaks]
public sealed class SecondMomentMergeTests : IDisposable
{
    private static readonly string[] First = [.. Enumerable.Range(0, 40).Select(i => $"Rome {i} is in Goa")];
    private static readonly string[] Second = [.. Enumerable.Range(0, 25).Select(i => $"The Space Needle {i} was made by D'Artagnan")];
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;

    public SecondMomentMergeTests() => _model = _folder.Load();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Files_of_two_texts_give_what_one_run_over_both_gives()
    {
        using var scope = NewDisposeScope();
        var whole = Collect("whole", [.. First, .. Second]);

        var tokens = SecondMomentMerge.Run([Collect("a", First), Collect("b", Second)], _folder.Beside("merged"));

        using var expected = SecondMoment.Load(whole);
        using var merged = SecondMoment.Load(_folder.Beside("merged"));
        var notes = SecondMomentNotes.Of(merged);
        Assert.Equal((expected.Count, expected.Count), (tokens, merged.Count));
        TensorAssert.CloseRelative("C", expected.Mean(), merged.Mean(), 1e-6);
        Assert.Equal((65, 2, 1, true), (notes.Lines, notes.MergedFrom.Count, notes.Layer, notes.Finished));
        var (one, all) = (SecondMomentNotes.Of(expected), (notes.CutPassages, notes.CutTokens));
        Assert.Equal((one.CutPassages, one.CutTokens), all);
        Assert.Equal(ScalarType.Float64, merged.StoredType);
        using var library = SecondMomentLibrary.At(_folder.Beside("merged"), _folder.Home);
        Assert.Equal(32, library.Factored(_model, 1, 0.1).Size);
    }

    [Fact]
    public void A_merged_file_merges_again_and_still_knows_its_texts()
    {
        var (a, b, c) = (Collect("a", First), Collect("b", Second), Collect("c", ["New South Wales", "Goa"]));
        SecondMomentMerge.Run([a, b], _folder.Beside("ab"));

        SecondMomentMerge.Run([c, _folder.Beside("ab")], _folder.Beside("abc"));

        using var all = SecondMoment.Load(_folder.Beside("abc"));
        Assert.Equal(3, SecondMomentNotes.Of(all).MergedFrom.Count);
        Refused("has text that", _folder.Beside("abc"), b);
        Refused("has text that", _folder.Beside("ab"), _folder.Beside("abc"));
    }

    [Fact]
    public void The_same_text_twice_is_refused_also_where_only_a_file_or_its_beginning_is_shared()
    {
        var a = Collect("a", First);

        Refused("has text that", a, a);
        Refused("has text that", a, Collect("part", First.Take(20)));
        Refused("has text that", a, Collect("budget", First, tokens: 200));
        Refused("has text that", a, CollectFiles("folder", Second, First));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        var a = Collect("a", First);
        using var other = new TinyModelFolder(seed: 2);
        using var changed = other.Load();
        using var half = LanguageModel.Load(_folder.Path, new LoadOptions { DType = ScalarType.BFloat16 });
        using var stop = new CancellationTokenSource();
        new SecondMomentCollector(_model, 1, new SecondMomentOptions { BatchTokens = 1 }).Collect(Second, _folder.Beside("stopped"), new Listener(_ => stop.Cancel()), stop.Token);

        Refused($"is of the weights {_model.BaseHash} and", a, Collect("model", Second, model: changed));
        Refused("is of layer 1 and", a, Collect("layer", Second, layer: 0));
        Refused("is of passages cut to 64 tokens and", a, Collect("cut", Second, length: 5));
        Refused("is of weights in the type Float32 and", a, Collect("half", Second, model: half));
        Refused("was stopped after 1 lines of its text", a, _folder.Beside("stopped"));
        Assert.Contains("give at least two", Assert.Throws<AmendException>(() => SecondMomentMerge.Run([a], _folder.Beside("out"))).Message, StringComparison.Ordinal);
        Assert.Contains("There is already a file", Assert.Throws<AmendException>(() => SecondMomentMerge.Run([a, Collect("b", Second)], a)).Message, StringComparison.Ordinal);
    }

    private void Refused(string found, params string[] paths)
    {
        var failure = Assert.Throws<AmendException>(() => SecondMomentMerge.Run(paths, _folder.Beside("refused")));

        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Beside("refused")));
    }

    private string Collect(string name, IEnumerable<string> lines, LanguageModel? model = null, int layer = 1, int length = 512, long tokens = 10_000)
    {
        var options = new SecondMomentOptions { SequenceLength = length, MaxTokens = tokens };
        new SecondMomentCollector(model ?? _model, layer, options).Collect(lines, _folder.Beside(name), stop: Running);
        return _folder.Beside(name);
    }

    private string CollectFiles(string name, params string[][] files)
    {
        new SecondMomentCollector(_model, 1, new SecondMomentOptions()).Collect(files.SelectMany(TextPassage.Of), [_folder.Beside(name)], stop: Running);
        return _folder.Beside(name);
    }
}
