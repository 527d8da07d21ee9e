using Amend.Editing;
using Amend.Editing.Statistics;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Orders;

/// <summary>
/// A run as it is asked for, before any file is opened: names and numbers alone, so that it can be written down, sent to another machine
/// and asked again. The model is not part of it.
/// </summary>
/// <param name="Suite">A suite's name, or <c>FORMAT:PATH</c>.</param>
public sealed record RunOrder(string Suite)
{
    /// <summary>The methods, separated by commas, see <see cref="RunRow.Parse"/>; the usual ones of the data set when null.</summary>
    public string? Editors { get; init; }

    /// <summary>The metrics, separated by commas, or <see cref="UsualRun.All"/>; the usual ones of the data set when null.</summary>
    public string? Metrics { get; init; }

    /// <summary>When cases are edited and measured; each on its own by default.</summary>
    public string Protocol { get; init; } = BuiltInProtocols.All[0].Name;

    /// <summary>Cases that are edited together; the protocol's when null.</summary>
    public int? Size { get; init; }

    /// <summary>What a guard allows, see <see cref="GuardPlan.Parse"/>; null for no guard, empty for the usual limits.</summary>
    public string? Guard { get; init; }

    /// <summary>Which texts edits of labels leave alone, see <see cref="RetainPlan.Parse"/>; what the data set names when null.</summary>
    public string? Retain { get; init; }

    /// <summary>What is measured beside a stream; null where there is none.</summary>
    public StreamOrder? Stream { get; init; }

    /// <summary>The layer to edit, of rows that name none; each editor's preset for the model when null.</summary>
    public int? Layer { get; init; }

    /// <summary>Settings of all rows, under those that a row has of its own; none by default.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The seed of everything sampled; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>The second moment of the keys, see <see cref="SecondMomentLibrary.Find"/>; the model's own when null.</summary>
    public string? Statistics { get; init; }

    /// <summary>Cases to pass over first; 0 by default.</summary>
    public int Offset { get; init; }

    /// <summary>Most cases; all when null.</summary>
    public int? Cases { get; init; }

    /// <summary>Whether broken records are passed over.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Prompts a pass when the model is asked; the usual number when null.</summary>
    public int? ScoreBatch { get; init; }

    /// <summary>The file of reference texts; the one beside the data set, if any, when null.</summary>
    public string? Snippets { get; init; }

    /// <summary>The file whose perplexity is measured; the one beside the data set, if any, when null.</summary>
    public string? FixedText { get; init; }

    /// <summary>Facts of no edit: a suite's name or <c>FORMAT:PATH</c>; none when null.</summary>
    public string? Probe { get; init; }

    /// <summary>Finds the files that are read first.</summary>
    /// <param name="files">Where the order's files are; where they say by default.</param>
    /// <exception cref="AmendException">One is not there, or the data set's first record is broken.</exception>
    public OrderedFiles Find(IOrderFiles? files = null)
    {
        var from = files ?? NamedFiles.Instance;
        var source = from.Data(Suite);
        return new OrderedFiles(source, UsualRun.HoldsLabels(source, SkipBad), from)
        {
            SnippetsPath = Snippets is null ? source.SnippetsPath : from.File(Snippets),
            FixedTextPath = FixedText is null ? source.FixedTextPath : from.File(FixedText),
        };
    }

    /// <summary>The run, whose results are kept in memory unless the caller says where.</summary>
    /// <param name="files">The order's files.</param>
    /// <exception cref="AmendException">A name is unknown, a number out of range, or a file broken or not there.</exception>
    public RunPlan ToPlan(OrderedFiles files)
    {
        var protocol = BuiltInProtocols.Find(Protocol);
        var usual = UsualRun.Of(files.IsLabelled, protocol);
        var context = new EditContext
        {
            Layer = Layer,
            Settings = Settings,
            Seed = Seed,
            Statistics = SecondMomentLibrary.Find(StatisticsAt(files.From)),
        };
        var stream = Stream?.ToPlan(files.From);
        return new RunPlan
        {
            Suite = Suite,
            Source = files.Source,
            Protocol = protocol,
            BatchSize = Size,
            Rows = usual.RowsOf(Editors, context),
            Metrics = usual.MetricsOf(Metrics, stream),
            Context = context,
            Guard = Guard is null ? null : GuardPlan.Parse(Guard),
            GuardText = Guard is null || files.FixedTextPath is not null ? null : EmbeddedSuites.GuardText(),
            Retain = RetainPlan.Parse(Retain, usual, files.From.Data),
            Stream = stream,
            Offset = Offset,
            Cases = Cases,
            SkipBad = SkipBad,
            SnippetsPath = files.SnippetsPath,
            Asking = Asking(files),
        }.Validated();
    }

    private string? StatisticsAt(IOrderFiles files) =>
        Statistics is null or IdentityStatistics.Asked ? Statistics : files.Place(Statistics);

    private AskingOptions Asking(OrderedFiles files)
    {
        var usual = new AskingOptions();
        if (ScoreBatch < 1)
            throw new AmendException($"--score-batch {ScoreBatch} was asked; give a size of at least 1.");
        return usual with
        {
            BatchSize = ScoreBatch ?? usual.BatchSize,
            Writing = usual.Writing with { Sampling = usual.Writing.Sampling with { Seed = Seed } },
            FixedText = files.ReadFixedText(),
            Probe = Probe is null ? [] : EmbeddedSuites.Probe(files.From.Data(Probe)),
        };
    }
}
