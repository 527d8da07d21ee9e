using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Statistics;

[NoTensorLeaks]
public sealed class SecondMomentCollectorTests : IDisposable
{
    private const int Layer = 1;

    /// <summary>Keys of one token differ by float32 rounding with the padding beside it.</summary>
    private const double Tolerance = 1e-6;

    private static readonly string[] Lines =
    [
        "The Eiffel Tower is in Rome", "", "Goa", "The Space Needle was made by D'Artagnan's sword", "   ", "New South Wales is in Goa",
        "東京タワー", "So they came to Rome and to Goa and to New South Wales, and it was late", "in", "Rome is in Rome is in Rome",
    ];

    private static readonly SecondMomentOptions Small = new() { BatchTokens = 40, SaveInterval = TimeSpan.Zero };
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;
    private readonly string _path;

    public SecondMomentCollectorTests()
    {
        _model = _folder.Load();
        _path = Path.Combine(_folder.Path, "statistics", "layer.safetensors");
    }

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private int AllTokens => Lines.Where(line => line.Trim().Length > 0).Sum(line => _model.Tokenize(line).Ids.Count);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_sum_is_that_of_the_keys_of_every_token()
    {
        using var scope = NewDisposeScope();
        var expected = zeros(32, 32, ScalarType.Float64);
        foreach (var line in Lines.Where(line => line.Trim().Length > 0))
        {
            using var trace = _model.Trace().Capture(Site.MlpKey(Layer));
            _model.Hidden(TokenBatch.Pad([_model.Tokenize(line).Ids], padding: 0));
            var keys_TF = trace[Site.MlpKey(Layer)][0].to(float64);
            expected += keys_TF.t().matmul(keys_TF);
        }

        var tokens = new SecondMomentCollector(_model, Layer, new SecondMomentOptions()).Collect(Lines, _path, stop: Running);

        using var moment = SecondMoment.Load(_path);
        Assert.Equal(AllTokens, tokens);
        Assert.Equal(tokens, moment.Count);
        TensorAssert.CloseRelative("C", expected / tokens, moment.Mean(), Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(60)]
    public void Batching_does_not_change_the_sum(int batchTokens)
    {
        using var scope = NewDisposeScope();
        new SecondMomentCollector(_model, Layer, new SecondMomentOptions()).Collect(Lines, _folder.Beside("whole"), stop: Running);

        new SecondMomentCollector(_model, Layer, new SecondMomentOptions { BatchTokens = batchTokens }).Collect(Lines, _path, stop: Running);

        using var whole = SecondMoment.Load(_folder.Beside("whole"));
        using var parts = SecondMoment.Load(_path);
        Assert.Equal(whole.Count, parts.Count);
        TensorAssert.CloseRelative("C", whole.Mean(), parts.Mean(), Tolerance);
    }

    [Fact]
    public void A_pass_has_no_more_tokens_than_a_batch_may_have_padding_included()
    {
        const int BatchTokens = 70;
        using var trace = _model.Trace().Capture(Site.MlpKey(Layer));
        var seen = new List<long>();
        var listener = new Listener(_ => seen.Add(trace[Site.MlpKey(Layer)].shape[0] * trace[Site.MlpKey(Layer)].shape[1]));
        IEnumerable<string> lines = [.. Enumerable.Repeat("Goa", 20), string.Join(' ', Enumerable.Repeat("Rome", 40)), .. Lines];

        new SecondMomentCollector(_model, Layer, new SecondMomentOptions { BatchTokens = BatchTokens }).Collect(lines, _path, listener, stop: Running);

        Assert.True(seen.Count > 2);
        Assert.All(seen, tokens => Assert.InRange(tokens, 1, BatchTokens));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_collection_that_was_stopped_goes_on_to_the_file_of_one_run(int stopAfter)
    {
        var collector = new SecondMomentCollector(_model, Layer, Small);
        collector.Collect(Lines, _folder.Beside("whole"), stop: Running);
        using var stop = new CancellationTokenSource();
        var batches = 0;

        var first = collector.Collect(Lines, _path, new Listener(_ => Stop()), stop.Token);
        using (var half = SecondMoment.Load(_path))
            Assert.Equal((first, "false"), (half.Count, half.Metadata["finished"]));
        var all = collector.Collect(Lines, _path, stop: Running);

        Assert.InRange(first, 1, all - 1);
        Assert.Equal(AllTokens, all);
        Assert.Equal(File.ReadAllBytes(_folder.Beside("whole")), File.ReadAllBytes(_path));

        void Stop()
        {
            if (++batches == stopAfter)
                stop.Cancel();
        }
    }

    [Fact]
    public void What_is_left_out_of_long_lines_is_noted_and_goes_on_being_counted_after_a_stop()
    {
        var cutting = Small with { SequenceLength = 4 };
        var lengths = Lines.Where(line => line.Trim().Length > 0).Select(line => _model.Tokenizer.Encode(line).Ids.Count).ToList();
        using var stop = new CancellationTokenSource();
        var collector = new SecondMomentCollector(_model, Layer, cutting);

        collector.Collect(Lines, _path, new Listener(_ => stop.Cancel()), stop.Token);
        var tokens = collector.Collect(Lines, _path, stop: Running);

        using var moment = SecondMoment.Load(_path);
        var notes = SecondMomentNotes.Of(moment);
        Assert.Equal(lengths.Count(length => length > 4), notes.CutPassages);
        Assert.Equal(lengths.Sum(length => Math.Max(0, length - 4)), notes.CutTokens);
        Assert.Equal(lengths.Sum(), tokens + notes.CutTokens);
    }

    [Fact]
    public void A_collection_that_was_killed_goes_on_from_its_last_save()
    {
        var collector = new SecondMomentCollector(_model, Layer, Small);
        collector.Collect(Lines, _folder.Beside("whole"), stop: Running);

        Assert.Throws<IOException>(() => collector.Collect(Dying(), _path, stop: Running));
        var all = collector.Collect(Lines, _path, stop: Running);

        Assert.Equal(AllTokens, all);
        Assert.Equal(File.ReadAllBytes(_folder.Beside("whole")), File.ReadAllBytes(_path));

        static IEnumerable<string> Dying()
        {
            foreach (var line in Lines.Take(8))
                yield return line;
            throw new IOException("The disk is gone.");
        }
    }

    [Fact]
    public void A_finished_collection_adds_nothing_when_it_is_run_again()
    {
        var collector = new SecondMomentCollector(_model, Layer, Small);
        collector.Collect(Lines, _path, stop: Running);
        var bytes = File.ReadAllBytes(_path);

        Assert.Equal(AllTokens, collector.Collect(Lines, _path, stop: Running));
        Assert.Equal(bytes, File.ReadAllBytes(_path));
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(30, 40)]
    [InlineData(30, 8192)]
    public void The_token_budget_is_kept_to_the_token(int maxTokens, int batchTokens)
    {
        using var scope = NewDisposeScope();
        var options = new SecondMomentOptions { MaxTokens = maxTokens, BatchTokens = batchTokens };

        var tokens = new SecondMomentCollector(_model, Layer, options).Collect(Lines, _path, stop: Running);
        new SecondMomentCollector(_model, Layer, options with { BatchTokens = 1000 }).Collect(Lines, _folder.Beside("whole"), stop: Running);

        using var moment = SecondMoment.Load(_path);
        using var whole = SecondMoment.Load(_folder.Beside("whole"));
        Assert.Equal(maxTokens, tokens);
        TensorAssert.CloseRelative("C", whole.Mean(), moment.Mean(), Tolerance);
    }

    [Fact]
    public void A_larger_budget_goes_on()
    {
        new SecondMomentCollector(_model, Layer, Small with { MaxTokens = 10 }).Collect(Lines, _path, stop: Running);

        var tokens = new SecondMomentCollector(_model, Layer, Small with { MaxTokens = 20 }).Collect(Lines, _path, stop: Running);

        Assert.Equal(20, tokens);
    }

    [Fact]
    public void Texts_are_cut_to_the_sequence_length()
    {
        var tokens = new SecondMomentCollector(_model, Layer, new SecondMomentOptions { SequenceLength = 2 }).Collect(Lines, _path, stop: Running);

        Assert.Equal(Lines.Where(line => line.Trim().Length > 0).Sum(line => Math.Min(2, _model.Tokenize(line).Ids.Count)), tokens);
    }

    [Fact]
    public void A_text_longer_than_the_context_is_cut_to_it()
    {
        var tokens = new SecondMomentCollector(_model, Layer, new SecondMomentOptions()).Collect([string.Join(' ', Enumerable.Repeat("Rome", 300))], _path, stop: Running);

        Assert.Equal(_model.Shape.ContextLength, tokens);
    }

    [Fact]
    public void A_file_of_another_model_layer_text_or_length_is_refused_and_kept()
    {
        new SecondMomentCollector(_model, Layer, Small).Collect(Lines, _path, stop: Running);
        var bytes = File.ReadAllBytes(_path);
        using var other = TinyModels.Gpt2(seed: 9);
        using var folder = new TinyModelFolder(seed: 2);
        using var another = folder.Load();

        Refused(
            $"'{_path}' holds statistics of layer 1 of the weights {_model.BaseHash[..12]}, width 32, but layer 2 of {_model.BaseHash[..12]}, width 32, was asked; collect them again with amend stats.",
            new SecondMomentCollector(_model, 2, Small), Lines);
        Refused($"but layer 1 of {another.BaseHash[..12]}, width 32, was asked", new SecondMomentCollector(another, Layer, Small), Lines);
        Refused($"but layer 1 of {other.BaseHash[..12]}, width 64, was asked", new SecondMomentCollector(other, Layer, Small), Lines);
        Refused("was collected from 10 lines of another text; give that text to go on, or delete the file to start again.", new SecondMomentCollector(_model, Layer, Small), ["Rome", .. Lines.Skip(1)]);
        Refused("was collected from 10 lines of another text", new SecondMomentCollector(_model, Layer, Small), Lines.Take(9));
        Refused("was collected from texts cut to 64 tokens, but 9 were asked", new SecondMomentCollector(_model, Layer, Small with { SequenceLength = 9 }), Lines);

        void Refused(string found, SecondMomentCollector collector, IEnumerable<string> lines)
        {
            var failure = Assert.Throws<AmendException>(() => collector.Collect(lines, _path, stop: Running));
            Assert.Contains(found, failure.Message, StringComparison.Ordinal);
            Assert.Equal(bytes, File.ReadAllBytes(_path));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_layer_that_the_model_lacks_is_refused(int layer)
    {
        var failure = Assert.Throws<AmendException>(() => new SecondMomentCollector(_model, layer, Small));

        Assert.Equal($"Layer {layer} was asked; 'tiny' has layers 0 to 2.", failure.Message);
    }

    [Fact]
    public void A_model_with_edits_is_refused()
    {
        using var edit = SampleEdits.Make(_model, seed: 1);
        _model.Applied.Apply(edit.Id, edit.Effects);

        var failure = Assert.Throws<AmendException>(() => new SecondMomentCollector(_model, Layer, Small));

        _model.Applied.RevertAll();
        Assert.Equal("'tiny' has 1 edits applied; statistics belong to the model without edits.", failure.Message);
    }

    [Fact]
    public void A_text_without_tokens_is_refused_and_leaves_no_file()
    {
        var failure = Assert.Throws<AmendException>(() => new SecondMomentCollector(_model, Layer, Small).Collect(["", "  "], _path, stop: Running));

        Assert.Equal("The text has no tokens in its 2 lines; give a file with at least one line of text.", failure.Message);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void A_collection_stopped_before_its_first_batch_leaves_no_file()
    {
        Assert.Equal(0, new SecondMomentCollector(_model, Layer, Small).Collect(Lines, _path, stop: new CancellationToken(canceled: true)));
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_folder.Beside("taken"), "a file");
        var path = Path.Combine(_folder.Beside("taken"), "layer.safetensors");

        var failure = Assert.Throws<AmendException>(() => new SecondMomentCollector(_model, Layer, Small).Collect(Lines, path, stop: Running));

        Assert.Contains($"'{path}' cannot be made", failure.Message, StringComparison.Ordinal);
    }
}
