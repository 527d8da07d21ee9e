using System.Globalization;
using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>Which workers there are, as Orleans keeps it: a table with a version, of which every change is one transaction.</summary>
/// <param name="database">The database.</param>
/// <param name="cluster">The cluster's name: workers of other names are not seen.</param>
internal sealed class PostgresMembership(ClusterDatabase database, string cluster) : IMembershipTable
{
    /// <inheritdoc/>
    public Task InitializeMembershipTable(bool tryInitTableVersion) => UseAsync(connection =>
        connection.Run("INSERT INTO amend.clusters VALUES ($1, 0) ON CONFLICT DO NOTHING", cluster));

    /// <inheritdoc/>
    public Task DeleteMembershipTableEntries(string clusterId) => UseAsync(connection =>
        connection.Run("DELETE FROM amend.silos WHERE cluster = $1", clusterId)
        + connection.Run("DELETE FROM amend.clusters WHERE cluster = $1", clusterId));

    /// <inheritdoc/>
    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        var all = await ReadAll().ConfigureAwait(false);
        string[] dead =
        [
            .. all.Members.Select(member => member.Item1).Where(silo => silo.Status == SiloStatus.Dead && silo.IAmAliveTime < beforeDate)
                .Select(silo => NameOf(silo.SiloAddress)),
        ];
        await UseAsync(connection => connection.Run("DELETE FROM amend.silos WHERE cluster = $1 AND silo = ANY($2)", cluster, dead))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync("AND silo = $2", NameOf(key));

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadAll() => ReadAsync("");

    /// <inheritdoc/>
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => ChangeAsync(tableVersion, connection => connection.Run(
        "INSERT INTO amend.silos VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING",
        cluster, NameOf(entry.SiloAddress), Utc(entry.IAmAliveTime), SiloEntry.Write(entry)));

    /// <inheritdoc/>
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        var from = long.Parse(etag, CultureInfo.InvariantCulture);
        return ChangeAsync(tableVersion, connection => connection.Run(
            "UPDATE amend.silos SET etag = etag + 1, alive = $4, entry = $5 WHERE cluster = $1 AND silo = $2 AND etag = $3",
            cluster, NameOf(entry.SiloAddress), from, Utc(entry.IAmAliveTime), SiloEntry.Write(entry)));
    }

    /// <inheritdoc/>
    public Task UpdateIAmAlive(MembershipEntry entry) => UseAsync(connection => connection.Run(
        "UPDATE amend.silos SET alive = $3 WHERE cluster = $1 AND silo = $2", cluster, NameOf(entry.SiloAddress), Utc(entry.IAmAliveTime)));

    private static string NameOf(SiloAddress silo) => silo.ToParsableString();

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private Task<MembershipTableData> ReadAsync(string where, params object[] values) => UseAsync(connection =>
    {
        using var whole = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        var version = connection.Rows("SELECT version FROM amend.clusters WHERE cluster = $1", row => row.GetInt32(0), cluster)
            .FirstOrDefault();
        var entries = connection.Rows(
            $"SELECT entry, etag, alive FROM amend.silos WHERE cluster = $1 {where}",
            row => Tuple.Create(
                SiloEntry.Read(row.GetString(0), row.GetDateTime(2)), row.GetInt64(1).ToString(CultureInfo.InvariantCulture)),
            [cluster, .. values]);
        return new MembershipTableData(entries, new TableVersion(version, version.ToString(CultureInfo.InvariantCulture)));
    });

    /// <summary>Changes the table together with its version, where that is still the one that the change is from.</summary>
    private Task<bool> ChangeAsync(TableVersion to, Func<NpgsqlConnection, int> change) => UseAsync(connection =>
    {
        using var whole = connection.BeginTransaction();
        var moved = connection.Run(
            "UPDATE amend.clusters SET version = $2 WHERE cluster = $1 AND version = $3",
            cluster, to.Version, int.Parse(to.VersionEtag, CultureInfo.InvariantCulture));
        if (moved != 1 || change(connection) != 1)
            return false;
        whole.Commit();
        return true;
    });

    private Task<T> UseAsync<T>(Func<NpgsqlConnection, T> action) => Task.Run(() => database.Use(action));
}
