using System.Data.Common;

namespace Amend.Evaluation.Runs;

/// <summary>
/// A database with the tables of one run; calls from several threads follow each other. Statements are of the SQL that SQLite and
/// PostgreSQL share, with values as <c>$1</c>, <c>$2</c> and so on.
/// </summary>
public interface IRunStore : IDisposable
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Runs a statement.</summary>
    void Execute(string statement, params object?[] values);

    /// <summary>Runs statements so that all or none of them hold.</summary>
    void Together(Action action);

    /// <summary>The rows of a query.</summary>
    IReadOnlyList<T> Query<T>(string query, Func<DbDataReader, T> read, params object?[] values);
}
