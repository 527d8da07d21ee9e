using Amend.Cluster.Database;
using Amend.Tensors;
using Npgsql;

namespace Amend.Cluster.Tests;

public sealed class ClusterAddressTests
{
    [Theory]
    [InlineData("Host=db;Password=secret", "has a password in it")]
    [InlineData("Database=amend", "names no host")]
    [InlineData("Host=db;SslMode=Disable", "open to be read")]
    [InlineData("Host=db;SslMode=Prefer", "open to be read")]
    [InlineData("Host", "no connection string")]
    [InlineData("Hots=db", "no connection string")]
    public void What_cannot_be_used_is_refused_in_a_sentence_without_the_password(string text, string says)
    {
        var refused = Assert.Throws<AmendException>(() => ClusterAddress.Parse(text)).Message;

        Assert.Contains(says, refused, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example", SslMode.VerifyFull)]
    [InlineData("Host=db.example;SslMode=Require", SslMode.Require)]
    [InlineData("Host=127.0.0.1", SslMode.Prefer)]
    [InlineData("Host=/run/postgresql", SslMode.Prefer)]
    public void A_connection_to_another_machine_is_encrypted_and_checked(string text, SslMode mode) =>
        Assert.Equal(mode, ClusterAddress.Parse(text).Connection.SslMode);

    [Fact]
    public void A_database_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<AmendException>(() => ClusterDatabase.Open(ClusterAddress.Parse("Host=127.0.0.1;Port=1;Database=amend;Username=me")));

        Assert.Contains("127.0.0.1:1/amend", refused.Message, StringComparison.Ordinal);
    }
}
