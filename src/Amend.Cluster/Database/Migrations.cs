namespace Amend.Cluster.Database;

/// <summary>
/// What makes the cluster's tables, in versions: each is applied once, in order, and never changed afterwards. Tables of all runs are in
/// the schema <c>amend</c>; the results of a run are in a schema of its own, <c>amend_run_N</c>.
/// </summary>
internal static class Migrations
{
    /// <summary>Where the versions that were applied stand.</summary>
    public const string Versions =
        """
        CREATE SCHEMA IF NOT EXISTS amend;
        CREATE TABLE IF NOT EXISTS amend.migrations (version int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
        """;

    /// <summary>The versions, from 1.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        """
        CREATE TABLE amend.runs (
            run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            hash text NOT NULL,
            version text NOT NULL,
            model text NOT NULL,
            ordered text NOT NULL,
            described text NOT NULL,
            state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'cancelled')),
            submitted timestamptz NOT NULL DEFAULT now(),
            ended timestamptz);
        CREATE UNIQUE INDEX runs_at_work ON amend.runs (hash) WHERE state <> 'cancelled';
        CREATE TABLE amend.units (
            run bigint NOT NULL REFERENCES amend.runs ON DELETE CASCADE,
            number int NOT NULL,
            unit text NOT NULL,
            row text NOT NULL,
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'done', 'aside')),
            tries smallint NOT NULL DEFAULT 0,
            worker text,
            changed timestamptz NOT NULL DEFAULT now(),
            error text,
            PRIMARY KEY (run, number));
        CREATE INDEX units_left ON amend.units (run) WHERE state IN ('waiting', 'leased');
        CREATE TABLE amend.silos (
            cluster text NOT NULL,
            silo text NOT NULL,
            etag bigint NOT NULL,
            alive timestamptz NOT NULL,
            entry text NOT NULL,
            PRIMARY KEY (cluster, silo));
        CREATE TABLE amend.clusters (cluster text PRIMARY KEY, version int NOT NULL);
        """,
        """
        ALTER TABLE amend.runs ADD COLUMN keeps_order boolean NOT NULL DEFAULT false;
        ALTER TABLE amend.units ADD COLUMN given bytea;
        """,
    ];

    /// <summary>The tables of one run's results, of which each statement's names are found in the run's schema.</summary>
    public const string OfRun =
        """
        CREATE TABLE IF NOT EXISTS run (id int PRIMARY KEY CHECK (id = 1), description text NOT NULL);
        CREATE TABLE IF NOT EXISTS cases (place int PRIMARY KEY, id text NOT NULL, unedited text NOT NULL);
        CREATE TABLE IF NOT EXISTS edits (
            row text, place int, id text, converged boolean NOT NULL, seconds double precision NOT NULL, PRIMARY KEY (row, place));
        CREATE TABLE IF NOT EXISTS answers (row text, place int, moment text, said text NOT NULL, PRIMARY KEY (row, place, moment));
        CREATE TABLE IF NOT EXISTS settings (row text PRIMARY KEY, json text NOT NULL);
        CREATE TABLE IF NOT EXISTS guards (
            row text, place int, measures text NOT NULL, breach text, stopped boolean NOT NULL, PRIMARY KEY (row, place));
        CREATE TABLE IF NOT EXISTS sizes (row text, moment text, bytes bigint NOT NULL, PRIMARY KEY (row, moment));
        CREATE TABLE IF NOT EXISTS times (row text, phase text, seconds double precision NOT NULL, PRIMARY KEY (row, phase));
        CREATE TABLE IF NOT EXISTS kept (unit text, name text, file bytea NOT NULL, PRIMARY KEY (unit, name));
        CREATE TABLE IF NOT EXISTS parts (number int, file int, piece int, bytes bytea NOT NULL, PRIMARY KEY (number, file, piece));
        """;
}
