using System.Data.Common;
using System.Text.Json;
using Amend.Cluster.Database;
using Amend.Cluster.Orders;
using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Evaluation.Runs;
using Amend.Tensors;
using Amend.Tensors.Files;
using Npgsql;

namespace Amend.Cluster.Board;

/// <summary>The runs of a cluster: submitted, watched and cancelled by anyone who may use its database; no worker need be there.</summary>
/// <param name="database">The database; the caller's.</param>
public sealed class RunBoard(ClusterDatabase database)
{
    /// <summary>The unit that asks the unedited model; all others follow it.</summary>
    internal const string Unedited = "unedited";

    private const string Counted =
        """
        SELECT r.run, r.described::json->>'suite', r.described::json->>'model', r.state, r.submitted, r.ended,
            count(u.*) FILTER (WHERE u.state = 'waiting'), count(u.*) FILTER (WHERE u.state = 'leased'),
            count(u.*) FILTER (WHERE u.state = 'done'), count(u.*) FILTER (WHERE u.state = 'aside')
        FROM amend.runs r LEFT JOIN amend.units u ON u.run = r.run
        """;

    /// <summary>Submits a run; the same run is not submitted again but gone on with, and what failed of it is tried again.</summary>
    /// <param name="run">The run, opened here to be cut into units.</param>
    /// <param name="shared">What workers are told.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="AmendException">The database cannot be used.</exception>
    public long Submit(OpenedRun run, SharedOrder shared) =>
        Submit(run.Description, shared, run.Units.Select(unit => (unit.Id, unit.Row.Name)));

    /// <summary>Submits a run of parts; the same run is gone on with instead, and what failed of it is tried again.</summary>
    /// <param name="suite">What it is of, as it is listed.</param>
    /// <param name="order">What workers are told.</param>
    /// <param name="parts">The id of each part, and what it begins from.</param>
    /// <returns>Its number; parts are numbered from 1.</returns>
    internal long Submit(string suite, PartsOrder order, IEnumerable<(string Id, byte[] Given)> parts)
    {
        SubmittedUnit[] units =
            [.. parts.Select((part, at) => new SubmittedUnit(at + 1, part.Id, PartedRun.Row) { Given = part.Given })];
        var inputs = ContentHash.Of(string.Concat(units.Select(unit => unit.Id + ContentHash.Of(unit.Given))));
        return Submit(SubmittedRun.Of(new PartedRun(suite, order.Model.Name, inputs), order), units);
    }

    /// <summary>The parts of a run; the caller disposes.</summary>
    internal PostgresParts Parts(long run) => new(database, run);

    /// <summary>Submits a run of units with these ids and rows.</summary>
    internal long Submit(RunDescription run, SharedOrder shared, IEnumerable<(string Unit, string Row)> units)
    {
        var all = units.Prepend((Unedited, "")).Select((unit, at) => new SubmittedUnit(at, unit.Item1, unit.Item2));
        var number = Submit(SubmittedRun.Of(run, shared), all);
        PostgresResults.Open(database, number, run).Dispose();
        return number;
    }

    private long Submit(SubmittedRun run, IEnumerable<SubmittedUnit> units) => database.UseWhole(connection =>
        Find(connection, run.Hash) is { } known ? Again(connection, known) : Insert(connection, run, units));

    /// <summary>The runs, the latest first.</summary>
    public IReadOnlyList<ClusterRun> List() =>
        database.Use(connection => connection.Rows($"{Counted} GROUP BY r.run ORDER BY r.run DESC", ReadRun));

    /// <summary>A run.</summary>
    /// <exception cref="AmendException">There is no such run.</exception>
    public ClusterRun Find(long number) =>
        database.Use(connection => connection.Rows($"{Counted} WHERE r.run = $1 GROUP BY r.run", ReadRun, number)) is [var run]
            ? run
            : throw new AmendException($"There is no run {number} in '{database.Address.Name}'; amend runs lists those that are there.");

    /// <summary>What workers did of a run, by their names.</summary>
    public IReadOnlyList<WorkerShare> Workers(long number) => database.Use(connection => connection.Rows(
        """
        SELECT worker, count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'leased'), max(changed)
        FROM amend.units WHERE run = $1 AND worker IS NOT NULL GROUP BY worker ORDER BY worker
        """,
        row => new WorkerShare(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetFieldValue<DateTimeOffset>(3)),
        number));

    /// <summary>The units of a run that were set aside, with what went wrong.</summary>
    public IReadOnlyList<UnitAside> Aside(long number) => database.Use(connection => connection.Rows(
        "SELECT row, unit, error FROM amend.units WHERE run = $1 AND state = 'aside' ORDER BY number",
        row => new UnitAside(row.GetString(0), row.GetString(1), row.Text(2) ?? ""),
        number));

    /// <summary>Why workers cannot begin units of a run that wait, each reason once.</summary>
    public IReadOnlyList<string> Troubles(long number) => database.Use(connection => connection.Rows(
        "SELECT DISTINCT error FROM amend.units WHERE run = $1 AND state = 'waiting' AND error IS NOT NULL ORDER BY error",
        row => row.GetString(0),
        number));

    /// <summary>Ends a run: what workers have of it is done to its end, nothing more is begun, and its results stay.</summary>
    /// <exception cref="AmendException">There is no such run, or it has ended.</exception>
    public ClusterRun Cancel(long number)
    {
        var changed = database.Use(connection => connection.Run(
            "UPDATE amend.runs SET state = 'cancelled', ended = now() WHERE run = $1 AND state = 'open'", number));
        var run = Find(number);
        return changed > 0 || run.State == "cancelled"
            ? run
            : throw new AmendException($"Run {number} is {run.State} already, and cannot be cancelled.");
    }

    /// <summary>Removes a run that has ended, with its results.</summary>
    /// <returns>The run as it was.</returns>
    /// <exception cref="AmendException">There is no such run, or it is open.</exception>
    public ClusterRun Remove(long number)
    {
        var run = Find(number);
        if (!run.HasEnded)
            throw new AmendException($"Run {number} is open; cancel it first (amend runs cancel {number}).");
        database.UseWhole(connection =>
        {
            connection.Run($"DROP SCHEMA IF EXISTS {PostgresStore.SchemaOf(number)} CASCADE");
            return connection.Run("DELETE FROM amend.runs WHERE run = $1", number);
        });
        return run;
    }

    /// <summary>Runs of this version that are open, with what workers are told of them, the earliest first.</summary>
    internal IReadOnlyList<OpenRun> Open(CancellationToken stop) => database.Use(
        connection => connection.Rows(
            "SELECT run, ordered, described FROM amend.runs WHERE state = 'open' AND version = $1 ORDER BY run",
            row => new OpenRun(row.GetInt64(0), Read<WorkOrder>(row.GetString(1)), row.GetString(2)),
            LibraryVersion.Current),
        stop);

    /// <summary>How many open runs are of other versions of Amend.</summary>
    internal int OfOtherVersions(CancellationToken stop) => database.Use(
        connection => connection.Rows(
            "SELECT count(*) FROM amend.runs WHERE state = 'open' AND version <> $1", row => row.GetInt32(0), LibraryVersion.Current)[0],
        stop);

    /// <summary>Has what was set aside of a run tried again.</summary>
    private static long Again(NpgsqlConnection connection, long number)
    {
        const string Units = "UPDATE amend.units SET state = 'waiting', tries = 0, error = NULL WHERE run = $1 AND state = 'aside'";
        if (connection.Run(Units, number) > 0)
            connection.Run("UPDATE amend.runs SET state = 'open', ended = NULL WHERE run = $1 AND state = 'done'", number);
        return number;
    }

    private static long? Find(NpgsqlConnection connection, string hash) =>
        connection.Rows("SELECT run FROM amend.runs WHERE hash = $1 AND state <> 'cancelled'", row => row.GetInt64(0), hash) is [var number]
            ? number
            : null;

    private static long Insert(NpgsqlConnection connection, SubmittedRun run, IEnumerable<SubmittedUnit> units)
    {
        var number = connection.Rows(
            "INSERT INTO amend.runs (hash, version, model, ordered, described, keeps_order) VALUES ($1, $2, $3, $4, $5, $6) RETURNING run",
            row => row.GetInt64(0),
            run.Hash, LibraryVersion.Current, run.Order.Model.Hash, Json(run.Order), run.Described, run.KeepsOrder)[0];
        using var rows = connection.BeginBinaryImport("COPY amend.units (run, number, unit, row, given) FROM STDIN (FORMAT BINARY)");
        foreach (var unit in units)
        {
            rows.StartRow();
            rows.Write(number);
            rows.Write(unit.Number);
            rows.Write(unit.Id);
            rows.Write(unit.Row);
            if (unit.Given is { } given)
                rows.Write(given);
            else
                rows.WriteNull();
        }

        rows.Complete();
        return number;
    }

    private static ClusterRun ReadRun(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
        new UnitCounts(row.GetInt32(6), row.GetInt32(7), row.GetInt32(8), row.GetInt32(9)));

    private static string Json(WorkOrder value) => JsonSerializer.Serialize(value, EditJson.Options);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, EditJson.Options)!;
}

/// <summary>An open run, as workers see it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Described">What it is, as JSON.</param>
internal sealed record OpenRun(long Number, WorkOrder Order, string Described)
{
    /// <summary>What it is, where it is an evaluation.</summary>
    public RunDescription DescriptionOfEvaluation() => JsonSerializer.Deserialize<RunDescription>(Described, EditJson.Options)!;
}
