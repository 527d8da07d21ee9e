using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Home => _folder.File("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_says_where_it_listens_answers_as_the_command_line_does_and_stops_when_it_is_told()
    {
        using var server = new ServingProcess(Home);

        var answer = await (await server.Client.PostAsJsonAsync($"/api/models/{Facts.Model}/ask", new { prompt = Facts.TowerPrompt }, TestContext.Current.CancellationToken)).Content
            .ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        var asked = new AmendProcess(Home).Run("ask", Facts.Model, Facts.TowerPrompt, "--threads", "1", "--json").Json();
        Assert.Equal(asked.GetProperty("completion").GetString(), answer.GetProperty("completion").GetString());
        Assert.Equal(asked.EnumerateObject().Select(member => member.Name), answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Facts.Model, server.Document.GetProperty("models")[0].GetProperty("name").GetString());
        Assert.Equal(0, server.Stop());
    }

    [Fact]
    public async Task A_key_that_is_made_while_a_server_runs_closes_it_and_opens_it()
    {
        using var server = new ServingProcess(Home);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/v1/models", TestContext.Current.CancellationToken)).StatusCode);
        var amend = new AmendProcess(Home);

        var made = amend.Run("keys", "add", "tester", "--role", "edit", "--json").Json();

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.GetAsync("/v1/models", TestContext.Current.CancellationToken)).StatusCode);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", made.GetProperty("key").GetString());
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/v1/models", TestContext.Current.CancellationToken)).StatusCode);
        var listed = Assert.Single(amend.Run("keys", "list", "--json").Json().GetProperty("keys").EnumerateArray());
        Assert.Equal(("tester", "edit"), (listed.GetProperty("name").GetString(), listed.GetProperty("role").GetString()));
        Assert.DoesNotContain(made.GetProperty("key").GetString()!, amend.Run("keys", "list").Done().Output, StringComparison.Ordinal);
        Assert.Contains("tester", amend.Run("keys", "remove", "tester").Done().Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/v1/models", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "amend keys add")]
    [InlineData("nowhere", "no address")]
    public void What_cannot_be_listened_on_is_refused(string url, string expected)
    {
        var run = new AmendProcess(Home).Run("serve", Facts.Model, "--url", url);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_taken_is_refused_in_a_sentence()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var run = new AmendProcess(Home).Run("serve", Facts.Model, "--url", $"http://{taken.LocalEndpoint}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("address already in use; give another address with --url", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_model_ends_the_server_with_its_sentence()
    {
        var broken = _folder.File("broken");
        Directory.CreateDirectory(broken);
        foreach (var file in Directory.GetFiles(ModelFolders.Embedded))
            File.Copy(file, Path.Combine(broken, Path.GetFileName(file)));
        File.WriteAllBytes(Path.Combine(broken, "model.safetensors"), [1, 2, 3]);

        var run = new AmendProcess(Home).Run("serve", broken, "--url", "http://127.0.0.1:0");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
    }
}
