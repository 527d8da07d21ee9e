using Amend.Editing;
using Amend.Editing.Homes;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Server.Security;

namespace Amend.Server.Api;

/// <summary>An order for an evaluation run, as <c>amend eval</c> takes it.</summary>
/// <param name="Suite">A suite's name, or <c>FORMAT:PATH</c> under a folder that the server may read.</param>
public sealed record EvaluationBody(string Suite)
{
    /// <summary>The methods, separated by commas; those of the paper's table when null.</summary>
    public string? Editors { get; init; }

    /// <summary>The metrics, separated by commas, or <c>all</c>; those of the paper's table when null.</summary>
    public string? Metrics { get; init; }

    /// <summary>When cases are edited and measured: single, batch or sequential.</summary>
    public string Protocol { get; init; } = BuiltInProtocols.All[0].Name;

    /// <summary>Cases that are edited together; the protocol's when null.</summary>
    public int? Size { get; init; }

    /// <summary>Most cases; all when null.</summary>
    public int? Cases { get; init; }

    /// <summary>Cases to pass over first.</summary>
    public int Offset { get; init; }

    /// <summary>The seed of everything sampled.</summary>
    public int Seed { get; init; }

    /// <summary>The run; its results are kept in a folder of the home.</summary>
    /// <exception cref="Tensors.AmendException">A name is unknown, a number out of range, or a file elsewhere.</exception>
    internal RunPlan ToPlan(AllowedFolders folders, AmendHome home)
    {
        var (source, protocol) = (folders.FindData(Suite), BuiltInProtocols.Find(Protocol));
        var usual = UsualRun.Of(source, skipBad: false, protocol);
        var context = new EditContext { Seed = Seed };
        var rows = usual.RowsOf(Editors, context);
        foreach (var (name, value) in rows.SelectMany(row => row.Settings))
            folders.Setting(value?.ToString() ?? name);
        return new RunPlan
        {
            Suite = Suite,
            Source = source,
            Protocol = protocol,
            BatchSize = Size,
            Rows = rows,
            Metrics = usual.MetricsOf(Metrics, stream: null),
            Context = context,
            Offset = Offset,
            Cases = Cases,
            SnippetsPath = source.SnippetsPath,
            Asking = AskingOptions(source),
            Folder = Path.Combine(home.Runs, Guid.NewGuid().ToString("N")[..12]),
            CacheFolder = home.Cache("unedited"),
        }.Validated();
    }

    private AskingOptions AskingOptions(DatasetSource source)
    {
        var usual = new AskingOptions();
        return usual with
        {
            Writing = usual.Writing with { Sampling = usual.Writing.Sampling with { Seed = Seed } },
            FixedText = source.FixedTextPath is { } path ? File.ReadAllText(path) : null,
        };
    }
}
