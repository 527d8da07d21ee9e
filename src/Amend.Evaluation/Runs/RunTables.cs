using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>
/// The results of a run as tables of a database (docs/formats/run.md). What is in them is whole: a run that was killed goes on after the
/// last case that they hold. What is kept twice is kept as it was the first time, so that work may be done again.
/// </summary>
public abstract class RunTables : IRunResults
{
    private readonly IRunStore _store;

    /// <summary>What the unedited model said to the cases that were read last: rows share it.</summary>
    private UneditedCases? _unedited;

    /// <summary>Begins or goes on with a run.</summary>
    /// <param name="store">The database with the tables; this object's from now on, unless it throws.</param>
    /// <param name="run">What the run is.</param>
    /// <exception cref="AmendException">The tables hold another run.</exception>
    protected RunTables(IRunStore store, RunDescription run)
    {
        _store = store;
        Begin(run);
    }

    /// <inheritdoc/>
    public IReadOnlySet<int> Known() => _store.Query("SELECT place FROM cases", r => r.GetInt32(0)).ToHashSet();

    /// <inheritdoc/>
    public IReadOnlyList<CaseAnswers> Unedited(IEnumerable<int> places, RunCases cases)
    {
        string Said(int place) => _store.Query("SELECT unedited FROM cases WHERE place = $1", r => r.GetString(0), place)[0];
        return [.. places.Select(place => AnswerJson.Read(Said(place), cases.PromptsOf(place)))];
    }

    /// <inheritdoc/>
    public RowProgress Progress(RunRow row) => new(
        _store.Query("SELECT place, id FROM edits WHERE row = $1", r => (r.GetInt32(0), Text(r, 1)), row.Name).ToDictionary(),
        _store.Query(
            "SELECT place, moment FROM answers WHERE row = $1",
            r => (r.GetInt32(0), Moment.Parse(r.GetString(1))),
            row.Name).ToHashSet(),
        _store.Query("SELECT 1 FROM guards WHERE row = $1 AND stopped", r => r.GetInt32(0), row.Name).Count > 0);

    /// <inheritdoc/>
    public void AddUnedited(IEnumerable<(int Place, string Id, CaseAnswers Said)> cases) => _store.Together(() =>
    {
        _unedited = null;
        foreach (var (place, id, said) in cases)
            _store.Execute("INSERT INTO cases VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", place, id, AnswerJson.Of(said));
    });

    /// <inheritdoc/>
    public void AddMeasured(RunRow row, RowMeasurement measured) => _store.Together(() =>
    {
        foreach (var one in measured.Edited)
        {
            const string Add = "INSERT INTO edits VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
            _store.Execute(Add, row.Name, one.Place, one.EditId, one.Converged, one.Seconds);
        }

        foreach (var (place, said) in measured.OnArrival)
            AddSaid(row, place, Moment.OnArrival, said);
        foreach (var (place, said) in measured.Said)
            AddSaid(row, place, measured.Moment, said);
        if (measured.EditedBytes is { } bytes)
            _store.Execute("INSERT INTO sizes VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", row.Name, measured.Moment.Key, bytes);
        if (measured.Settings is { } settings)
            _store.Execute("INSERT INTO settings VALUES ($1, $2) ON CONFLICT DO NOTHING", row.Name, settings.ToJsonString());
    });

    /// <inheritdoc/>
    public void AddGuarded(RunRow row, GuardedWrite write) => _store.Execute(
        """
        INSERT INTO guards VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (row, place) DO UPDATE SET measures = excluded.measures, breach = excluded.breach, stopped = excluded.stopped
        """,
        row.Name, write.Place, Json(write.Measures), write.Breach is { } breach ? Json(breach) : null, write.Stopped);

    /// <inheritdoc/>
    public void AddTimes(RunRow row, PhaseTimes times)
    {
        var parts = times.Parts.ToList();
        var values = string.Join(", ", parts.Select((_, at) => $"($1, ${(2 * at) + 2}, ${(2 * at) + 3})"));
        _store.Execute(
            $"INSERT INTO times VALUES {values} ON CONFLICT (row, phase) DO UPDATE SET seconds = times.seconds + excluded.seconds",
            [row.Name, .. parts.SelectMany(part => (object[])[$"{part.Phase}", part.Seconds])]);
    }

    /// <inheritdoc/>
    public RowResult Read(RunRow row, RunCases cases)
    {
        var unedited = Unedited(cases);
        var said = _store.Query(
            "SELECT place, moment, said FROM answers WHERE row = $1",
            r => (Place: r.GetInt32(0), Moment: Moment.Parse(r.GetString(1)), Said: r.GetString(2)),
            row.Name).ToLookup(r => r.Place);
        CaseResult Case(EditedCase edit)
        {
            var (asked, prompts) = (cases.Asked[edit.Place], cases.PromptsOf(edit.Place));
            var answers = said[edit.Place].ToDictionary(r => r.Moment, r => AnswerJson.Read(r.Said, prompts));
            return new CaseResult(asked.Id, edit.EditId, edit.Converged, edit.Seconds, asked, unedited[edit.Place], answers);
        }

        var edited = _store.Query(
            "SELECT place, id, converged, seconds FROM edits WHERE row = $1",
            r => new EditedCase(r.GetInt32(0), Text(r, 1), r.GetBoolean(2), r.GetDouble(3)),
            row.Name).ToDictionary(edit => edit.Place);
        var places = edited.Keys.Union(said.Select(of => of.Key)).Where(place => place < cases.Count).Order();
        EditedCase EditOf(int place) => edited.GetValueOrDefault(place) ?? new EditedCase(place, null, Converged: true, 0);
        return new RowResult(row, [.. places.Select(place => Case(EditOf(place)))], Times(row))
        {
            Guarded = Guarded(row),
            Settings = Settings(row) ?? row.Settings,
            EditedBytes = _store.Query(
                "SELECT moment, bytes FROM sizes WHERE row = $1",
                r => (Moment.Parse(r.GetString(0)), r.GetInt64(1)),
                row.Name).ToDictionary(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the database.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _store.Dispose();
    }

    private void Begin(RunDescription run)
    {
        var asked = JsonSerializer.Serialize(run, EditJson.Options);
        _store.Execute("INSERT INTO run VALUES (1, $1) ON CONFLICT DO NOTHING", asked);
        var held = _store.Query("SELECT description FROM run", row => row.GetString(0))[0];
        if (RunDifference.Between(held, asked) is not { } difference)
            return;
        if (!RunDifference.IsBeginning(held, run))
            throw new AmendException(
                $"'{_store.Name}' holds another run: {difference}; give another --out, or ask for the same run to go on with it.");
        _store.Execute("UPDATE run SET description = $1", asked);
    }

    private Dictionary<int, CaseAnswers> Unedited(RunCases cases)
    {
        if (_unedited is { } read && ReferenceEquals(read.Cases, cases))
            return read.Said;
        var said = _store.Query("SELECT place, unedited FROM cases", r => (Place: r.GetInt32(0), Said: r.GetString(1)))
            .Where(one => one.Place < cases.Count)
            .ToDictionary(one => one.Place, one => AnswerJson.Read(one.Said, cases.PromptsOf(one.Place)));
        _unedited = new UneditedCases(cases, said);
        return said;
    }

    private void AddSaid(RunRow row, int place, Moment moment, CaseAnswers said) =>
        _store.Execute(
            "INSERT INTO answers VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", row.Name, place, moment.Key, AnswerJson.Of(said));

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EditJson.Options);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, EditJson.Options)!;

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private JsonObject? Settings(RunRow row) =>
        _store.Query("SELECT json FROM settings WHERE row = $1", r => r.GetString(0), row.Name) is [var json]
            ? (JsonObject)JsonNode.Parse(json)!
            : null;

    private IReadOnlyList<GuardedWrite> Guarded(RunRow row) => _store.Query(
        "SELECT place, measures, breach, stopped FROM guards WHERE row = $1 ORDER BY place",
        r => new GuardedWrite(
            r.GetInt32(0),
            Read<GuardMeasures>(r.GetString(1)),
            Text(r, 2) is { } breach ? Read<GuardBreach>(breach) : null,
            r.GetBoolean(3)),
        row.Name);

    private PhaseTimes Times(RunRow row)
    {
        var seconds = _store.Query(
            "SELECT phase, seconds FROM times WHERE row = $1",
            r => (r.GetString(0), r.GetDouble(1)),
            row.Name).ToDictionary();
        double Of(Phase phase) => seconds.GetValueOrDefault($"{phase}");
        return new PhaseTimes(Of(Phase.Reading), Of(Phase.Editing), Of(Phase.Scoring), Of(Phase.Generating), Of(Phase.Writing));
    }

    private sealed record UneditedCases(RunCases Cases, Dictionary<int, CaseAnswers> Said);
}
