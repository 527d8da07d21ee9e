using System.Data.Common;
using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>Statements with their values, <c>$1</c>, <c>$2</c> and so on.</summary>
internal static class Statements
{
    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public static int Run(this NpgsqlConnection connection, string statement, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, statement, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query.</summary>
    public static List<T> Rows<T>(
        this NpgsqlConnection connection, string query, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, query, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A value that may be null, of a column.</summary>
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string statement, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(statement, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
