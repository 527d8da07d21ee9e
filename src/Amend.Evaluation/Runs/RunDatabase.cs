using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>The results of a run in one SQLite file, to which one process writes.</summary>
public sealed class RunDatabase : RunTables
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

    private readonly FileStream? _held;

    private RunDatabase(Sqlite file, FileStream? held, RunDescription run)
        : base(file, run) => _held = held;

    /// <summary>Opens a run's results, new or to be gone on with.</summary>
    /// <param name="path">The file; null to keep them in memory.</param>
    /// <param name="run">What the run is.</param>
    /// <exception cref="AmendException">The file cannot be used, holds another run, or another process writes to it.</exception>
    public static RunDatabase Open(string? path, RunDescription run)
    {
        var held = path is null ? null : Hold(path);
        Sqlite? file = null;
        try
        {
            file = new Sqlite(path ?? ":memory:", Tables);
            return new RunDatabase(file, held, run);
        }
        catch
        {
            file?.Dispose();
            held?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
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
}
