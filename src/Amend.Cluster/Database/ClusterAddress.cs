using Amend.Tensors;
using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>Where a cluster's database is, as Npgsql's connection strings say it, without a password in it.</summary>
public sealed class ClusterAddress
{
    private const string Example = "Host=db.example;Database=amend;Username=amend";
    private const string PasswordVariable = "PGPASSWORD";
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "::1"];

    private ClusterAddress(NpgsqlConnectionStringBuilder connection) => Connection = connection;

    /// <summary>What messages call it: host, port and database.</summary>
    public string Name => $"{Connection.Host}:{Connection.Port}/{Connection.Database}";

    /// <summary>The connection string's parts; the password comes from <c>PGPASSWORD</c> or <c>PGPASSFILE</c>.</summary>
    internal NpgsqlConnectionStringBuilder Connection { get; }

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">Such as <c>Host=db.example;Database=amend;Username=amend</c>.</param>
    /// <exception cref="AmendException">
    /// It is none, has a password in it, names no host, or leaves a connection to another machine without encryption.
    /// </exception>
    public static ClusterAddress Parse(string text)
    {
        var connection = Read(text);
        if (connection.Password is not null)
            throw new AmendException(
                "The address of the cluster has a password in it, which other processes and logs would show; leave it out, and set "
                + $"{PasswordVariable} or a file of passwords (PGPASSFILE).");
        if (string.IsNullOrEmpty(connection.Host))
            throw new AmendException($"The address of the cluster names no host; give one such as {Example}.");
        var isLocal = Loopback.Contains(connection.Host) || connection.Host.StartsWith('/');
        if (!isLocal && !text.Contains("ssl", StringComparison.OrdinalIgnoreCase))
            connection.SslMode = SslMode.VerifyFull;
        if (!isLocal && connection.SslMode is SslMode.Disable or SslMode.Allow or SslMode.Prefer)
            throw new AmendException(
                $"The connection to '{connection.Host}' would be open to be read on its way (SslMode={connection.SslMode}); "
                + "leave SslMode out, or give Require, VerifyCA or VerifyFull.");
        connection.ApplicationName ??= "amend";
        return new ClusterAddress(connection);
    }

    private static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException e)
        {
            throw new AmendException(
                $"The address of the cluster is no connection string ({e.Message.TrimEnd('.')}); "
                + $"give one such as {Example}.", e);
        }
    }
}
