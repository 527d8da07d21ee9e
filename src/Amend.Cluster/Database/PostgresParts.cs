using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>The parts of a run in a cluster's database: what each begins from, and the files that it gave, in pieces.</summary>
/// <param name="database">The database; the caller's.</param>
/// <param name="run">The run's number.</param>
internal sealed class PostgresParts(ClusterDatabase database, long run) : IDisposable
{
    /// <summary>Bytes of a piece; a row of the database holds less than a gigabyte.</summary>
    private const int Piece = 1 << 24;

    private readonly ClusterDatabase _here = Opened(database, run);

    /// <summary>What a part begins from.</summary>
    public byte[] Given(int number) => database.Use(connection => connection.Rows(
        "SELECT given FROM amend.units WHERE run = $1 AND number = $2", row => row.GetFieldValue<byte[]>(0), run, number))[0];

    /// <summary>Keeps the files of a part in place of any that it gave before.</summary>
    public void Keep(int number, IEnumerable<byte[]> files)
    {
        byte[][] all = [.. files];
        _here.UseWhole(connection =>
        {
            connection.Run("DELETE FROM parts WHERE number = $1", number);
            foreach (var (at, file) in all.Index())
                Insert(connection, number, at, file);
            return true;
        });
    }

    /// <summary>The files of a part, in their order.</summary>
    public IReadOnlyList<byte[]> Read(int number) => [.. _here.Use(connection => connection.Rows(
            "SELECT file, bytes FROM parts WHERE number = $1 ORDER BY file, piece",
            row => (File: row.GetInt32(0), Bytes: row.GetFieldValue<byte[]>(1)),
            number))
        .GroupBy(piece => piece.File, piece => piece.Bytes)
        .Select(Joined)];

    /// <inheritdoc/>
    public void Dispose() => _here.Dispose();

    private static void Insert(NpgsqlConnection connection, int number, int at, byte[] file)
    {
        for (var from = 0; from < file.Length; from += Piece)
        {
            var bytes = file.AsSpan(from, Math.Min(Piece, file.Length - from)).ToArray();
            connection.Run("INSERT INTO parts VALUES ($1, $2, $3, $4)", number, at, from / Piece, bytes);
        }
    }

    private static byte[] Joined(IEnumerable<byte[]> pieces)
    {
        byte[][] all = [.. pieces];
        var (file, at) = (new byte[all.Sum(piece => piece.Length)], 0);
        foreach (var piece in all)
        {
            piece.CopyTo(file, at);
            at += piece.Length;
        }

        return file;
    }

    private static ClusterDatabase Opened(ClusterDatabase database, long run)
    {
        using var store = new PostgresStore(database, run);
        return database.In(PostgresStore.SchemaOf(run));
    }
}
