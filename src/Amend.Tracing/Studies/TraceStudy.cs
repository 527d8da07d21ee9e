using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;

namespace Amend.Tracing.Studies;

/// <summary>
/// Traces many facts into a folder, a file each. Files are written beside and renamed, so a killed study goes on where it was; facts
/// that the model does not answer rightly, or whose prompt does not hold its subject once, are passed over and counted.
/// </summary>
public sealed class TraceStudy
{
    private const string DescriptionName = "study.json";
    private const string FactsName = "facts";
    private readonly FactTracer _tracer;
    private readonly string _folder;

    /// <summary>Creates a study.</summary>
    /// <param name="model">The model.</param>
    /// <param name="noise">The noise of all facts.</param>
    /// <param name="options">What is traced and how.</param>
    /// <param name="folder">Where its files are or go; made where it is missing.</param>
    /// <exception cref="AmendException">An option is out of range.</exception>
    public TraceStudy(LanguageModel model, NoiseLevel noise, TraceOptions options, string folder)
    {
        _tracer = new FactTracer(model, noise, options);
        _folder = folder;
    }

    /// <summary>What makes the study's traces comparable.</summary>
    public StudyDescription Description => _tracer.Description;

    /// <summary>The facts that have no file yet.</summary>
    /// <param name="facts">The facts; ids are distinct.</param>
    /// <exception cref="AmendException">As of <see cref="Run"/>.</exception>
    public IReadOnlyList<StudyFact> Missing(IReadOnlyList<StudyFact> facts)
    {
        CheckIds(facts);
        Open();
        return [.. facts.Where(fact => Known(fact) is null)];
    }

    /// <summary>Keeps the record of a fact that was traced elsewhere, with this study's noise and options.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="AmendException">The folder is not writable.</exception>
    public void Keep(TraceRecord record) => TraceJson.Write(PathOf(record.Id), record);

    /// <summary>Traces the facts that have no file yet.</summary>
    /// <param name="facts">The facts; ids are distinct.</param>
    /// <param name="progress">Told after each fact.</param>
    /// <param name="stop">Ends the study; what is done is kept.</param>
    /// <exception cref="AmendException">The folder is another study's or not writable, or an id is no file name or comes twice.</exception>
    public StudyResult Run(IReadOnlyList<StudyFact> facts, IProgress<StudyProgress>? progress = null, CancellationToken stop = default)
    {
        CheckIds(facts);
        Open();
        var records = new List<TraceRecord>();
        var skipped = 0;
        foreach (var fact in facts)
        {
            if (stop.IsCancellationRequested || Done(fact, stop) is not { } record)
                return new StudyResult(Description, records, Finished: false);
            records.Add(record);
            skipped += record.Trace is null ? 1 : 0;
            progress?.Report(new StudyProgress(records.Count, facts.Count, skipped, fact.Id));
        }

        return new StudyResult(Description, records, Finished: true);
    }

    /// <summary>The fact's record, from its file or traced now; null where the trace was stopped.</summary>
    private TraceRecord? Done(StudyFact fact, CancellationToken stop)
    {
        if (Known(fact) is { } known)
            return known;
        try
        {
            var record = _tracer.Trace(fact, stop);
            Keep(record);
            return record;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private TraceRecord? Known(StudyFact fact)
    {
        var path = PathOf(fact.Id);
        var known = File.Exists(path) ? TraceJson.Read<TraceRecord>(path) : null;
        return known?.Format == TraceJson.Format && known.Fact == fact.Fact ? known : null;
    }

    private string PathOf(string id) => Path.Combine(_folder, FactsName, $"{id}.json");

    private void Open()
    {
        var path = Path.Combine(_folder, DescriptionName);
        OutputFolder.Make(Path.Combine(_folder, FactsName));
        AtomicFile.DeleteTorn(Path.Combine(_folder, FactsName));
        if (!File.Exists(path))
            TraceJson.Write(path, Description);
        else if (!TraceJson.Read<StudyDescription>(path).Matches(Description))
            throw new AmendException(
                $"'{_folder}' holds a study with other settings or of another model, see '{path}'; "
                + "choose another folder or the same settings.");
    }

    private static bool NamesFile(string id) =>
        id.Length > 0 && id[0] != '.' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static void CheckIds(IReadOnlyList<StudyFact> facts)
    {
        if (facts.FirstOrDefault(fact => !NamesFile(fact.Id)) is { } odd)
            throw new AmendException($"The fact's id '{odd.Id}' cannot name a file; use letters, digits, dots, hyphens and underscores.");
        if (facts.GroupBy(fact => fact.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new AmendException($"The fact's id '{twice.Key}' comes {twice.Count()} times; give each fact an id of its own.");
    }
}

/// <summary>How far a study is.</summary>
/// <param name="Done">Facts that have their file, skipped ones included.</param>
/// <param name="Total">Facts of the study.</param>
/// <param name="Skipped">Facts that were passed over.</param>
/// <param name="Last">The fact that was done last.</param>
public readonly record struct StudyProgress(int Done, int Total, int Skipped, string Last);
