using Amend.Models;
using Amend.Models.Taps;
using Amend.Tracing.Noise;
using static TorchSharp.torch;

namespace Amend.Tracing.Runs;

/// <summary>The corrupted and restored runs of a fact, some samples at a time: their answers' probabilities are added up.</summary>
internal sealed class SampleRuns
{
    private readonly LanguageModel _model;
    private readonly TraceOptions _options;
    private readonly FactTokens _fact;
    private readonly RecordedPass _clean;
    private readonly AnswerReader _reader;

    /// <summary>Starts at no sample.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is traced and how.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="clean">Its clean run, which the caller disposes after the last sample.</param>
    /// <param name="reader">Reads its answer's probability.</param>
    public SampleRuns(LanguageModel model, TraceOptions options, FactTokens fact, RecordedPass clean, AnswerReader reader)
    {
        (_model, _options, _fact, _clean, _reader) = (model, options, fact, clean, reader);
        Sums = new ScoreSums(options.Kinds, fact.PromptIds.Count, Layers);
    }

    /// <summary>The probabilities' sums over the samples that were run.</summary>
    public ScoreSums Sums { get; }

    /// <summary>The token-layer steps that were taken.</summary>
    public long Steps { get; private set; }

    private int Layers => _model.Shape.Layers;

    /// <summary>Runs some of the samples.</summary>
    /// <param name="noise">The noise of all samples.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="stop">Ends the runs between tokens.</param>
    public void Run(SubjectNoise noise, int first, int count, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        SiteKind[] severed = [.. _options.Kinds.Where(kind => kind.IsSevered).Select(kind => kind.Site).OfType<SiteKind>().Distinct()];
        using var corrupted = RecordedPass.Run(_model, _fact, severed, noise.Values.narrow(0, first, count), noise.Replace);
        using var second = _options.Replicate && _options.Kinds.Any(kind => kind.IsSevered)
            ? RecordedPass.Run(_model, _fact, [], noise.Second!.narrow(0, first, count), noise.Replace)
            : null;
        Steps += (second is null ? 1L : 2L) * count * _fact.Ids.Count * Layers;
        var low = Probability(corrupted);
        Sums.Corrupted += low;
        var window = new Window(_options.Window, Layers);
        foreach (var kind in _options.Kinds)
        {
            Run(kind, kind.IsSevered && second is not null
                ? new RestoredRuns(new RunTree(kind, window, freezeAll: true), second, corrupted, Probability(second))
                : new RestoredRuns(new RunTree(kind, window, freezeAll: false), corrupted, corrupted, low), stop);
        }
    }

    private void Run(TraceKind kind, RestoredRuns runs, CancellationToken stop)
    {
        for (var token = 0; token < _fact.PromptIds.Count; token++)
        {
            stop.ThrowIfCancellationRequested();
            // No noise has reached the tokens before the subject, so there is nothing to restore, but for what an adaptor changed.
            var isReached = token >= _fact.SubjectStart || _model.Transformer.Taps.NeedsPromptEnds;
            Sums.Add(kind, token, !isReached ? Enumerable.Repeat(runs.Untouched, Layers) : Sweep(runs, token));
        }
    }

    private IEnumerable<double> Sweep(RestoredRuns runs, int token)
    {
        using var scope = NewDisposeScope();
        var sweep = new RestorationSweep(_model, _fact, _clean, runs, token, _options.BatchTokens);
        var probabilities = _reader.Probabilities(sweep.Run(), sweep.Start).Chunk(runs.Into.Rows)
            .Select(samples => samples.Sum()).ToArray();
        Steps += sweep.Steps;
        return runs.Tree.Leaves.Select(leaf => leaf == RunTree.Corrupted ? runs.Untouched : probabilities[leaf]);
    }

    private double Probability(RecordedPass pass) => _reader.Probabilities(pass.Before(Layers), 0).Sum();
}
