using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Tensors;
using Amend.Tensors.Files;
using Microsoft.Data.Sqlite;

namespace Amend.Evaluation.Runs;

/// <summary>
/// The results of a run as they come, in one SQLite file (docs/formats/run.md). What is in it is whole: a run that was killed
/// goes on after the last case that it holds.
/// </summary>
public sealed class RunDatabase : IRunResults
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY CHECK (id = 1), description TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS cases (place INTEGER PRIMARY KEY, id TEXT NOT NULL, unedited TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS edits (
            row TEXT, place INTEGER, id TEXT, converged INTEGER NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (row, place)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS answers (
            row TEXT, place INTEGER, moment TEXT, said TEXT NOT NULL, PRIMARY KEY (row, place, moment)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS settings (row TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS guards (
            row TEXT, place INTEGER, measures TEXT NOT NULL, breach TEXT, stopped INTEGER NOT NULL, PRIMARY KEY (row, place)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sizes (row TEXT, moment TEXT, bytes INTEGER NOT NULL, PRIMARY KEY (row, moment)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS times (row TEXT, phase TEXT, seconds REAL NOT NULL, PRIMARY KEY (row, phase)) WITHOUT ROWID;
        """;

    private readonly Sqlite _file;
    private readonly FileStream? _held;

    /// <summary>What the unedited model said to the cases that were read last: rows share it.</summary>
    private UneditedCases? _unedited;

    private RunDatabase(Sqlite file, FileStream? held) => (_file, _held) = (file, held);

    /// <summary>Opens a run's results, new or to be gone on with.</summary>
    /// <param name="path">The file; null to keep them in memory.</param>
    /// <param name="run">What the run is.</param>
    /// <exception cref="AmendException">The file cannot be used, holds another run, or another process writes to it.</exception>
    public static RunDatabase Open(string? path, RunDescription run)
    {
        var held = path is null ? null : Hold(path);
        RunDatabase? database = null;
        try
        {
            database = new RunDatabase(new Sqlite(path ?? ":memory:", Tables), held);
            database.Begin(run, path);
            return database;
        }
        catch
        {
            database?.Dispose();
            held?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlySet<int> Known() => _file.Query("SELECT place FROM cases", r => r.GetInt32(0)).ToHashSet();

    /// <inheritdoc/>
    public IReadOnlyList<CaseAnswers> Unedited(IEnumerable<int> places, RunCases cases)
    {
        string Said(int place) => _file.Query("SELECT unedited FROM cases WHERE place = $1", r => r.GetString(0), place)[0];
        return [.. places.Select(place => AnswerJson.Read(Said(place), cases.PromptsOf(place)))];
    }

    /// <inheritdoc/>
    public RowProgress Progress(RunRow row) => new(
        _file.Query("SELECT place, id FROM edits WHERE row = $1", r => (r.GetInt32(0), Text(r, 1)), row.Name).ToDictionary(),
        _file.Query(
            "SELECT place, moment FROM answers WHERE row = $1",
            r => (r.GetInt32(0), Moment.Parse(r.GetString(1))),
            row.Name).ToHashSet(),
        _file.Query("SELECT 1 FROM guards WHERE row = $1 AND stopped", r => r.GetInt32(0), row.Name).Count > 0);

    /// <inheritdoc/>
    public void AddUnedited(IEnumerable<(int Place, string Id, CaseAnswers Said)> cases) => _file.Together(() =>
    {
        _unedited = null;
        foreach (var (place, id, said) in cases)
            _file.Execute("INSERT INTO cases VALUES ($1, $2, $3)", place, id, AnswerJson.Of(said));
    });

    /// <inheritdoc/>
    public void AddMeasured(RunRow row, RowMeasurement measured) => _file.Together(() =>
    {
        foreach (var one in measured.Edited)
            _file.Execute("INSERT INTO edits VALUES ($1, $2, $3, $4, $5)", row.Name, one.Place, one.EditId, one.Converged, one.Seconds);
        foreach (var (place, said) in measured.OnArrival)
            AddSaid(row, place, Moment.OnArrival, said);
        foreach (var (place, said) in measured.Said)
            AddSaid(row, place, measured.Moment, said);
        if (measured.EditedBytes is { } bytes)
            _file.Execute("INSERT INTO sizes VALUES ($1, $2, $3)", row.Name, measured.Moment.Key, bytes);
        if (measured.Settings is { } settings)
            _file.Execute("INSERT OR IGNORE INTO settings VALUES ($1, $2)", row.Name, settings.ToJsonString());
    });

    /// <inheritdoc/>
    public void AddGuarded(RunRow row, GuardedWrite write) => _file.Execute(
        "INSERT OR REPLACE INTO guards VALUES ($1, $2, $3, $4, $5)",
        row.Name, write.Place, Json(write.Measures), write.Breach is { } breach ? Json(breach) : null, write.Stopped);

    /// <inheritdoc/>
    public void AddTimes(RunRow row, PhaseTimes times) => _file.Together(() =>
    {
        foreach (var (phase, seconds) in times.Parts)
        {
            const string Add = "INSERT INTO times VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds";
            _file.Execute(Add, row.Name, $"{phase}", seconds);
        }
    });

    /// <inheritdoc/>
    public RowResult Read(RunRow row, RunCases cases)
    {
        var unedited = Unedited(cases);
        var said = _file.Query(
            "SELECT place, moment, said FROM answers WHERE row = $1",
            r => (Place: r.GetInt32(0), Moment: Moment.Parse(r.GetString(1)), Said: r.GetString(2)),
            row.Name).ToLookup(r => r.Place);
        CaseResult Case(EditedCase edit)
        {
            var (asked, prompts) = (cases.Asked[edit.Place], cases.PromptsOf(edit.Place));
            var answers = said[edit.Place].ToDictionary(r => r.Moment, r => AnswerJson.Read(r.Said, prompts));
            return new CaseResult(asked.Id, edit.EditId, edit.Converged, edit.Seconds, asked, unedited[edit.Place], answers);
        }

        var edited = _file.Query(
            "SELECT place, id, converged, seconds FROM edits WHERE row = $1",
            r => new EditedCase(r.GetInt32(0), Text(r, 1), r.GetBoolean(2), r.GetDouble(3)),
            row.Name).ToDictionary(edit => edit.Place);
        var places = edited.Keys.Union(said.Select(of => of.Key)).Where(place => place < cases.Count).Order();
        EditedCase EditOf(int place) => edited.GetValueOrDefault(place) ?? new EditedCase(place, null, Converged: true, 0);
        return new RowResult(row, [.. places.Select(place => Case(EditOf(place)))], Times(row))
        {
            Guarded = Guarded(row),
            Settings = Settings(row) ?? row.Settings,
            EditedBytes = _file.Query(
                "SELECT moment, bytes FROM sizes WHERE row = $1",
                r => (Moment.Parse(r.GetString(0)), r.GetInt64(1)),
                row.Name).ToDictionary(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _held?.Dispose();
    }

    private static FileStream Hold(string path)
    {
        try
        {
            return HeldFile.TryHold(path + ".lock")
                ?? throw new AmendException($"Another evaluation writes to '{path}'; wait until it ends, or give another --out.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"'{path}' cannot be used as a database ({e.Message.TrimEnd('.')}); choose a folder that exists and is writable.", e);
        }
    }

    private void Begin(RunDescription run, string? path)
    {
        var asked = JsonSerializer.Serialize(run, EditJson.Options);
        _file.Execute("INSERT OR IGNORE INTO run VALUES (1, $1)", asked);
        var held = _file.Query("SELECT description FROM run", row => row.GetString(0))[0];
        if (RunDifference.Between(held, asked) is not { } difference)
            return;
        if (!RunDifference.IsBeginning(held, run))
            throw new AmendException(
                $"'{path}' holds another run: {difference}; give another --out, or ask for the same run to go on with it.");
        _file.Execute("UPDATE run SET description = $1", asked);
    }

    private Dictionary<int, CaseAnswers> Unedited(RunCases cases)
    {
        if (_unedited is { } read && ReferenceEquals(read.Cases, cases))
            return read.Said;
        var said = _file.Query("SELECT place, unedited FROM cases", r => (Place: r.GetInt32(0), Said: r.GetString(1)))
            .Where(one => one.Place < cases.Count)
            .ToDictionary(one => one.Place, one => AnswerJson.Read(one.Said, cases.PromptsOf(one.Place)));
        _unedited = new UneditedCases(cases, said);
        return said;
    }

    private void AddSaid(RunRow row, int place, Moment moment, CaseAnswers said) =>
        _file.Execute("INSERT INTO answers VALUES ($1, $2, $3, $4)", row.Name, place, moment.Key, AnswerJson.Of(said));

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EditJson.Options);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, EditJson.Options)!;

    private static string? Text(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private JsonObject? Settings(RunRow row) =>
        _file.Query("SELECT json FROM settings WHERE row = $1", r => r.GetString(0), row.Name) is [var json]
            ? (JsonObject)JsonNode.Parse(json)!
            : null;

    private List<GuardedWrite> Guarded(RunRow row) => _file.Query(
        "SELECT place, measures, breach, stopped FROM guards WHERE row = $1 ORDER BY place",
        r => new GuardedWrite(
            r.GetInt32(0),
            Read<GuardMeasures>(r.GetString(1)),
            Text(r, 2) is { } breach ? Read<GuardBreach>(breach) : null,
            r.GetBoolean(3)),
        row.Name);

    private PhaseTimes Times(RunRow row)
    {
        var seconds = _file.Query(
            "SELECT phase, seconds FROM times WHERE row = $1",
            r => (r.GetString(0), r.GetDouble(1)),
            row.Name).ToDictionary();
        double Of(Phase phase) => seconds.GetValueOrDefault($"{phase}");
        return new PhaseTimes(Of(Phase.Reading), Of(Phase.Editing), Of(Phase.Scoring), Of(Phase.Generating), Of(Phase.Writing));
    }

    private sealed record UneditedCases(RunCases Cases, Dictionary<int, CaseAnswers> Said);
}
