using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Runs;

/// <summary>
/// The results of a run as they come, in one SQLite file (docs/formats/run.md). What is in it is whole: a run that was killed
/// goes on after the last case that it holds.
/// </summary>
public sealed class RunDatabase : IDisposable
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY CHECK (id = 1), description TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS cases (place INTEGER PRIMARY KEY, id TEXT NOT NULL, unedited TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS edits (row TEXT, place INTEGER, id TEXT, converged INTEGER NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (row, place)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS answers (row TEXT, place INTEGER, moment TEXT, said TEXT NOT NULL, PRIMARY KEY (row, place, moment)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS settings (row TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS guards (row TEXT, place INTEGER, measures TEXT NOT NULL, breach TEXT, stopped INTEGER NOT NULL, PRIMARY KEY (row, place)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS times (row TEXT, phase TEXT, seconds REAL NOT NULL, PRIMARY KEY (row, phase)) WITHOUT ROWID;
        """;

    private readonly Sqlite _file;

    private RunDatabase(Sqlite file) => _file = file;

    /// <summary>Opens a run's results, new or to be gone on with.</summary>
    /// <param name="path">The file; null to keep them in memory.</param>
    /// <param name="run">What the run is.</param>
    /// <exception cref="AmendException">The file cannot be used, or holds another run.</exception>
    public static RunDatabase Open(string? path, RunDescription run)
    {
        var database = new RunDatabase(new Sqlite(path ?? ":memory:", Tables));
        try
        {
            database.Begin(run, path);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The places of the cases whose unedited answers are there.</summary>
    public IReadOnlySet<int> Known() => Places("SELECT place FROM cases");

    /// <summary>The places of a row's cases that were measured at a moment.</summary>
    public IReadOnlySet<int> Measured(RunRow row, Moment moment) =>
        Places("SELECT place FROM answers WHERE row = $1 AND moment = $2", row.Name, $"{moment}");

    /// <summary>Keeps what the unedited model said to cases.</summary>
    /// <param name="cases">Place in the run, id and answers of each.</param>
    public void AddCases(IEnumerable<(int Place, string Id, CaseAnswers Unedited)> cases) => _file.Together(() =>
    {
        foreach (var (place, id, unedited) in cases)
            _file.Execute("INSERT INTO cases VALUES ($1, $2, $3)", place, id, AnswerJson.Of(unedited));
    });

    /// <summary>Keeps cases that were edited together, with their measurement after it; all or none.</summary>
    public void AddEdited(RunRow row, Moment moment, IEnumerable<EditedCase> cases, JsonObject? settings) => _file.Together(() =>
    {
        foreach (var one in cases)
        {
            _file.Execute("INSERT INTO edits VALUES ($1, $2, $3, $4, $5)", row.Name, one.Place, one.EditId, one.Converged, one.EditSeconds);
            AddAnswers(row, moment, one.Place, one.Said);
        }

        if (settings is not null)
            _file.Execute("INSERT OR IGNORE INTO settings VALUES ($1, $2)", row.Name, settings.ToJsonString());
    });

    /// <summary>Keeps a later measurement of cases; all or none.</summary>
    public void AddAnswers(RunRow row, Moment moment, IEnumerable<(int Place, CaseAnswers Said)> cases) => _file.Together(() =>
    {
        foreach (var (place, said) in cases)
            AddAnswers(row, moment, place, said);
    });

    /// <summary>Keeps what a guard measured after a write, in place of what it measured there before.</summary>
    public void AddGuarded(RunRow row, GuardedWrite write) => _file.Execute(
        "INSERT OR REPLACE INTO guards VALUES ($1, $2, $3, $4, $5)",
        row.Name, write.Place, Json(write.Measures), write.Breach is { } breach ? Json(breach) : null, write.Stopped);

    /// <summary>The places of a row's writes that a guard had taken back.</summary>
    public IReadOnlySet<int> TakenBack(RunRow row) => Places("SELECT place FROM guards WHERE row = $1 AND breach IS NOT NULL", row.Name);

    /// <summary>Whether a guard ended a row.</summary>
    public bool IsStopped(RunRow row) => Places("SELECT place FROM guards WHERE row = $1 AND stopped", row.Name).Count > 0;

    /// <summary>The writes of a row that a guard watched, in the data set's order.</summary>
    public IReadOnlyList<GuardedWrite> Guarded(RunRow row) => _file.Query(
        "SELECT place, measures, breach, stopped FROM guards WHERE row = $1 ORDER BY place",
        r => new GuardedWrite(r.GetInt32(0), Read<GuardMeasures>(r.GetString(1)), r.IsDBNull(2) ? null : Read<GuardBreach>(r.GetString(2)), r.GetBoolean(3)),
        row.Name);

    /// <summary>What the unedited model said to cases.</summary>
    internal IReadOnlyList<CaseAnswers> Unedited(IEnumerable<int> places, RunCases cases) =>
    [
        .. places.Select(place => AnswerJson.Read(
            _file.Query("SELECT unedited FROM cases WHERE place = $1", row => row.GetString(0), place)[0], CaseScorer.PromptsOf(cases.Asked[place], cases.Needs))),
    ];

    /// <summary>Adds to the wall times of a row.</summary>
    public void AddTimes(RunRow row, PhaseTimes times) => _file.Together(() =>
    {
        foreach (var (phase, seconds) in times.Parts)
            _file.Execute("INSERT INTO times VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds", row.Name, $"{phase}", seconds);
    });

    /// <summary>What a row gave until now.</summary>
    /// <param name="row">The row.</param>
    /// <param name="cases">The run's cases, in order; those without results yet are left out.</param>
    /// <param name="needs">What was asked of them.</param>
    public RowResult Read(RunRow row, IReadOnlyList<MetricCase> cases, MetricNeeds needs)
    {
        IReadOnlyList<MetricPrompt>[] prompts = [.. cases.Select(one => CaseScorer.PromptsOf(one, needs))];
        var unedited = _file.Query("SELECT place, unedited FROM cases", r => (Place: r.GetInt32(0), Said: r.GetString(1))).ToDictionary(r => r.Place, r => r.Said);
        var said = _file.Query("SELECT place, moment, said FROM answers WHERE row = $1", r => (Place: r.GetInt32(0), Moment: Enum.Parse<Moment>(r.GetString(1)), Said: r.GetString(2)), row.Name)
            .ToLookup(r => r.Place);
        var edits = _file.Query("SELECT place, id, converged, seconds FROM edits WHERE row = $1 ORDER BY place", r => (Place: r.GetInt32(0), Id: r.IsDBNull(1) ? null : r.GetString(1), Converged: r.GetBoolean(2), Seconds: r.GetDouble(3)), row.Name);
        return new RowResult(
            row,
            [
                .. edits.Where(edit => edit.Place < cases.Count).Select(edit => new CaseResult(
                    cases[edit.Place].Id,
                    edit.Id,
                    edit.Converged,
                    edit.Seconds,
                    cases[edit.Place],
                    AnswerJson.Read(unedited[edit.Place], prompts[edit.Place]),
                    said[edit.Place].ToDictionary(r => r.Moment, r => AnswerJson.Read(r.Said, prompts[edit.Place])))),
            ],
            Times(row))
        {
            Guarded = Guarded(row),
            Settings = _file.Query("SELECT json FROM settings WHERE row = $1", r => r.GetString(0), row.Name) is [var json] ? (JsonObject)JsonNode.Parse(json)! : row.Settings,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Begin(RunDescription run, string? path)
    {
        var asked = JsonSerializer.Serialize(run, EditJson.Options);
        _file.Execute("INSERT OR IGNORE INTO run VALUES (1, $1)", asked);
        var held = _file.Query("SELECT description FROM run", row => row.GetString(0))[0];
        if (RunDifference.Between(held, asked) is { } difference)
            throw new AmendException($"'{path}' holds another run: {difference}; give another --out, or ask for the same run to go on with it.");
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EditJson.Options);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, EditJson.Options)!;

    private void AddAnswers(RunRow row, Moment moment, int place, CaseAnswers said) =>
        _file.Execute("INSERT INTO answers VALUES ($1, $2, $3, $4)", row.Name, place, $"{moment}", AnswerJson.Of(said));

    private HashSet<int> Places(string query, params object?[] values) => [.. _file.Query(query, row => row.GetInt32(0), values)];

    private PhaseTimes Times(RunRow row)
    {
        var seconds = _file.Query("SELECT phase, seconds FROM times WHERE row = $1", r => (r.GetString(0), r.GetDouble(1)), row.Name).ToDictionary();
        double Of(Phase phase) => seconds.GetValueOrDefault($"{phase}");
        return new PhaseTimes(Of(Phase.Reading), Of(Phase.Editing), Of(Phase.Scoring), Of(Phase.Generating), Of(Phase.Writing));
    }
}
