using System.Data.Common;
using Amend.Tensors;
using Microsoft.Data.Sqlite;

namespace Amend.Evaluation.Runs;

/// <summary>One SQLite file with its statements; calls from several threads follow each other.</summary>
internal sealed class Sqlite : IRunStore
{
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();

    /// <summary>Opens a file and makes its tables where they are not.</summary>
    /// <param name="path">The file, or <c>:memory:</c>.</param>
    /// <param name="tables">Statements that make the tables.</param>
    /// <exception cref="AmendException">The file cannot be used.</exception>
    public Sqlite(string path, string tables)
    {
        Name = path;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            // A killed process loses nothing in this mode; a failing machine may lose the last cases, never the file.
            Execute("PRAGMA journal_mode = WAL");
            Execute("PRAGMA synchronous = NORMAL");
            Execute("PRAGMA busy_timeout = 10000");
            Execute(tables);
        }
        catch (SqliteException e)
        {
            _connection.Dispose();
            throw new AmendException(
                $"'{path}' cannot be used as a database ({Reason(e)}); "
                + $"{(e.SqliteErrorCode == NotADatabase ? "move it away" : "choose a folder that exists and is writable")}.", e);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public void Execute(string statement, params object?[] values)
    {
        lock (_lock)
        {
            using var command = Command(statement, values);
            command.ExecuteNonQuery();
        }
    }

    /// <inheritdoc/>
    public void Together(Action action)
    {
        lock (_lock)
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                action();
                Execute("COMMIT");
            }
            catch
            {
                Execute("ROLLBACK");
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> Query<T>(string query, Func<DbDataReader, T> read, params object?[] values)
    {
        lock (_lock)
        {
            using var command = Command(query, values);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static string Reason(SqliteException e) => e.SqliteErrorCode == CannotOpen ? "it cannot be opened" : e.Message.TrimEnd('.');

    private SqliteCommand Command(string statement, object?[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = statement;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
        return command;
    }
}
