using System.Globalization;
using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Cluster.Database;

/// <summary>The edits of a unit that is under way in a cluster's database, so that another worker has them where its own is lost.</summary>
/// <param name="database">The database.</param>
/// <param name="run">The run's number.</param>
/// <param name="unit">The unit's id.</param>
internal sealed class PostgresEdits(ClusterDatabase database, long run, string unit) : IKeptEdits
{
    private string Table => $"{PostgresStore.SchemaOf(run)}.kept";

    /// <inheritdoc/>
    public void Add(int first, IReadOnlyList<Edit> edits) => database.UseWhole(connection => edits.Index().Sum(at => connection.Run(
        $"INSERT INTO {Table} VALUES ($1, $2, $3) ON CONFLICT (unit, name) DO UPDATE SET file = excluded.file",
        unit,
        string.Create(CultureInfo.InvariantCulture, $"{first:D7}-{at.Index:D5}"),
        TemporaryFile.Of(path => EditFile.Write(at.Item, path)))));

    /// <inheritdoc/>
    public IEnumerable<Edit> Read(int first)
    {
        var files = database.Use(connection => connection.Rows(
            $"SELECT file FROM {Table} WHERE unit = $1 AND name LIKE $2 ORDER BY name",
            row => row.GetFieldValue<byte[]>(0),
            unit, string.Create(CultureInfo.InvariantCulture, $"{first:D7}-%")));
        return files.Count > 0
            ? files.Select(file => TemporaryFile.With(file, EditFile.Read))
            : throw new AmendException(
                $"Run {run} has the measurements of case {first + 1} and not its edit, which is missing in '{Table}'; "
                + "submit the run anew.");
    }

    /// <inheritdoc/>
    public void Delete() => database.Use(connection => connection.Run($"DELETE FROM {Table} WHERE unit = $1", unit));
}
