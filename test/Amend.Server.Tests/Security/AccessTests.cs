using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Server.Security;
using Amend.Tensors;

namespace Amend.Server.Tests.Security;

public sealed class AccessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AmendHome Home => new(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_kept_as_a_hash_in_a_file_of_its_owner_alone()
    {
        var ring = new KeyRing(Home);

        var (kept, key) = ring.Add("ci", Role.Edit);

        Assert.Equal(kept, ring.Find(key));
        Assert.Equal(kept, new KeyRing(Home).Find(key));
        Assert.DoesNotContain(key.Split('.')[2], File.ReadAllText(ring.Path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Home.Server));
    }

    [Fact]
    public void A_key_that_was_taken_away_or_altered_opens_nothing()
    {
        var ring = new KeyRing(Home);
        var (kept, key) = ring.Add("ci", Role.Edit);
        var other = ring.Add("other", Role.Admin).Key;

        Assert.Null(ring.Find(key[..^1] + (key[^1] == 'A' ? 'B' : 'A')));
        Assert.Null(ring.Find(string.Join('.', "amend", kept.Id, other.Split('.')[2])));
        Assert.Null(ring.Find("amend"));
        ring.Remove("ci");
        Assert.Null(ring.Find(key));
        Assert.NotNull(ring.Find(other));
        Assert.Throws<AmendException>(() => ring.Remove("ci"));
        Assert.Throws<AmendException>(() => ring.Add("other", Role.Ask));
    }

    [Fact]
    public void Addresses_of_the_platforms_own_are_refused_for_they_would_be_open_without_a_key()
    {
        var setup = new ServerSetup([], new SessionOptions { Home = Home });

        var failure = Assert.Throws<AmendException>(() => AmendServer.Build(
            setup, builder => builder.Configuration["Kestrel:Endpoints:Http:Url"] = "http://0.0.0.0:5150"));

        Assert.Contains("give the address as Amend:Url", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5150")]
    [InlineData("http://192.168.0.5:5150")]
    [InlineData("http://example.org")]
    [InlineData("http://[::]:5150")]
    public void Other_machines_are_served_with_keys_alone(string url)
    {
        Assert.Contains("amend keys add", Assert.Throws<AmendException>(() => Rules(url)).Message, StringComparison.Ordinal);
        new KeyRing(Home).Add("admin", Role.Admin);

        Assert.True(Rules(url).NeedsKeys);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5150")]
    [InlineData("http://localhost:5150")]
    [InlineData("http://[::1]:5150")]
    public void This_machine_is_served_without_keys_where_there_are_none(string url)
    {
        Assert.False(Rules(url).NeedsKeys);
        Assert.True(Rules(url).Accepts(new("localhost", 5150)));
        Assert.False(Rules(url).Accepts(new("evil.example")));
        new KeyRing(Home).Add("admin", Role.Admin);

        Assert.True(Rules(url).NeedsKeys);
    }

    [Fact]
    public void Links_do_not_lead_out_of_a_readable_folder()
    {
        Directory.CreateDirectory(_folder.File("open"));
        _folder.Write("secret.txt", [1]);
        _folder.Write("open/text.txt", [1]);
        File.CreateSymbolicLink(_folder.File("open/link.txt"), _folder.File("secret.txt"));
        Directory.CreateSymbolicLink(_folder.File("open/up"), _folder.Path);
        var folders = new AllowedFolders([_folder.File("open")], _folder.File("exports"));

        Assert.Equal(_folder.File("open/text.txt"), folders.Readable("text.txt"));
        Assert.Equal(_folder.File("open/text.txt"), folders.Readable(_folder.File("open/text.txt")));
        string[] elsewhere = ["link.txt", "up/secret.txt", "../secret.txt", _folder.File("secret.txt"), "../open-not/x", "missing.txt"];
        Assert.All(elsewhere, path => Assert.ThrowsAny<AmendException>(() => folders.Readable(path)));
    }

    private Access Rules(string url) => new(new KeyRing(Home), new Uri(url), mostFailures: 10, TimeProvider.System);
}
