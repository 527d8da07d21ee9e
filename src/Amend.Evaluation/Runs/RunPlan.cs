using System.Runtime.InteropServices;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Native;

namespace Amend.Evaluation.Runs;

/// <summary>What is to be run.</summary>
public sealed record RunPlan
{
    /// <summary>The data set as it was asked for.</summary>
    public required string Suite { get; init; }

    /// <summary>Its file and form.</summary>
    public required DatasetSource Source { get; init; }

    /// <summary>When cases are edited and measured.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Cases that are edited together; the protocol's default when null.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The editors side by side.</summary>
    public required IReadOnlyList<RunRow> Rows { get; init; }

    /// <summary>What is measured.</summary>
    public required IReadOnlyList<IMetric> Metrics { get; init; }

    /// <summary>Seed and statistics of the edits; settings and layer come from each row.</summary>
    public EditContext Context { get; init; } = new();

    /// <summary>How the model is asked.</summary>
    public AskingOptions Asking { get; init; } = new();

    /// <summary>How the writes are guarded; null for not at all.</summary>
    public GuardPlan? Guard { get; init; }

    /// <summary>The text whose perplexity a guard measures where <see cref="Asking"/> has none; null for none.</summary>
    public string? GuardText { get; init; }

    /// <summary>
    /// Which texts an edit of a label should leave alone; null, the default, for those alone that the data set names.
    /// </summary>
    public RetainPlan? Retain { get; init; }

    /// <summary>How a stream is measured; null, the default, in a protocol without one.</summary>
    public StreamPlan? Stream { get; init; }

    /// <summary>Cases to pass over first.</summary>
    public int Offset { get; init; }

    /// <summary>Most cases; null for all.</summary>
    public int? Cases { get; init; }

    /// <summary>Whether broken records are passed over.</summary>
    public bool SkipBad { get; init; }

    /// <summary>How many models work beside each other, each with its share of the threads.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>The run's folder; null to keep results in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>The folder of what unedited models answered in earlier runs; null to ask again.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The editor of a row's editor name.</summary>
    public Func<string, IEditor> FindEditor { get; init; } = BuiltInEditors.Find;

    /// <summary>The file of reference texts, for RS; null where there is none.</summary>
    public string? SnippetsPath { get; init; }

    /// <summary>Opens the results of a run, new or to be gone on with; null for a database in <see cref="Folder"/>, or in memory.</summary>
    public Func<RunDescription, IRunResults>? OpenResults { get; init; }

    /// <summary>Where the edits of a unit are kept while it is under way; null for <see cref="Folder"/>.</summary>
    public Func<RunUnit, IKeptEdits>? KeepEdits { get; init; }

    /// <summary>The editor of a row.</summary>
    internal IEditor EditorOf(RunRow row) => FindEditor(row.Editor);

    /// <summary>The text whose perplexity a guard measures.</summary>
    internal string? GuardedText => Asking.FixedText ?? GuardText;

    /// <summary>The run of this plan on a model.</summary>
    public RunDescription Describe(LanguageModel model)
    {
        return new RunDescription
        {
            Suite = Suite,
            SuiteHash = TextFile.Hash(Source.Path),
            SnippetsHash = AsksReferences ? TextFile.Hash(SnippetsPath!) : null,
            FixedTextHash = (Guard is null ? Asking.FixedText : GuardedText) is { } text ? ContentHash.Of(text) : null,
            ProbeHash = Asking.Probe.Count > 0 ? ContentHash.Of(string.Join('\n', Asking.Probe)) : null,
            Model = model.Name,
            ModelType = model.ModelType,
            ModelHash = model.BaseHash,
            Protocol = Protocol.Name,
            BatchSize = Protocol.BatchSize(BatchSize),
            TakesBatchesBack = Protocol.TakesBatchesBack,
            Rows = Rows,
            Metrics = [.. Metrics.Select(metric => metric.Info.Id)],
            Guard = Guard,
            Retain = Retain?.Describe(),
            Stream = Stream?.Describe(),
            Seed = Context.Seed,
            Statistics = Context.Statistics.Name,
            Offset = Offset,
            Cases = Cases,
            SkipBad = SkipBad,
            LibraryVersion = Amend.Editing.LibraryVersion.Current,
            Machine = new RunMachine(
                $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
                new HostProcessor().Name,
                TorchSharp.torch.get_num_threads(),
                $"{model.Device}"),
        };
    }

    /// <summary>The plan, if it can be run.</summary>
    /// <exception cref="AmendException">A count is out of its range, or two rows have one name.</exception>
    public RunPlan Validated()
    {
        _ = Protocol.BatchSize(BatchSize);
        Stream?.Check();
        if (Protocol.IsStream && Stream is null)
            throw new AmendException(
                $"The protocol {Protocol.Name} measures what the model was made for, too, and no data for that were given; "
                + "name them with --upstream FORMAT:PATH.");
        if (!Protocol.IsStream && Stream is not null)
            throw new AmendException(
                $"Upstream data were given, and the protocol {Protocol.Name} measures none; use --protocol stream, or leave them out.");
        if (Retain?.Drawn < 1)
            throw new AmendException($"{Retain.Drawn} texts to retain were asked; give a number of at least 1, or all.");
        if (Offset < 0 || Cases < 1 || Parallel < 1)
            throw new AmendException(
                $"An offset of {Offset}, {Cases?.ToString() ?? "all"} cases and {Parallel} models beside each other were asked; "
                + "give an offset of at least 0 and counts of at least 1.");
        return Rows.GroupBy(row => row.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new AmendException(
                $"The row '{twice.Key}' was asked {twice.Count()} times; "
                + "name each editor once, or give its settings, such as rome:key_policy=bare.")
            : this;
    }

    /// <summary>Whether reference texts are asked for and there.</summary>
    internal bool AsksReferences => SnippetsPath is not null && CaseAsker.NeedsOf(Metrics).HasFlag(MetricNeeds.References);
}
