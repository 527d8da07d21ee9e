using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amend.Cluster.Database;
using Amend.Tensors;
using Npgsql;

namespace Amend.Cluster.Tests;

/// <summary>What a connection that is encrypted is checked for, against a server with a certificate of an authority of the tests' own.</summary>
public sealed class EncryptionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PostgresServer _server;

    public EncryptionTests()
    {
        using var authority = Authority("the tests' authority");
        File.WriteAllText(_folder.File("authority.pem"), authority.ExportCertificatePem());
        using var other = Authority("another authority");
        File.WriteAllText(_folder.File("other.pem"), other.ExportCertificatePem());
        _server = new PostgresServer(OfLocalhost(authority));
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_server_whose_certificate_the_authority_has_signed_for_its_host_is_used()
    {
        using var database = ClusterDatabase.Open(Address("localhost", "authority.pem"));

        Assert.True(database.Use(IsEncrypted, TestContext.Current.CancellationToken));

        static bool IsEncrypted(NpgsqlConnection connection)
        {
            using var asked = new NpgsqlCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", connection);
            return (bool)asked.ExecuteScalar()!;
        }
    }

    [Theory]
    [InlineData("localhost", "other.pem")]
    [InlineData("127.0.0.1", "authority.pem")]
    public void A_server_with_another_authority_or_for_another_host_is_refused(string host, string authority)
    {
        var address = Address(host, authority);

        var error = Assert.Throws<AmendException>(() => ClusterDatabase.Open(address));

        Assert.StartsWith($"The database '{address.Name}' has a certificate that is not trusted (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("give its authority's as 'Root Certificate=FILE', and 'Host=' as the certificate names the server.", error.Message, StringComparison.Ordinal);
    }

    private ClusterAddress Address(string host, string authority) => ClusterAddress.Parse(
        new NpgsqlConnectionStringBuilder(_server.NewDatabaseText())
        {
            Host = host,
            SslMode = SslMode.VerifyFull,
            RootCertificate = _folder.File(authority),
        }.ConnectionString);

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static (string Certificate, string Key) OfLocalhost(X509Certificate2 authority)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);
        return (signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
