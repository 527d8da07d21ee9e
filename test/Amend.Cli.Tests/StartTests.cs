using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>What a verb does not use is not loaded: no web server and no cluster to ask a model.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--version")]
    [InlineData("ask", Facts.Model, Facts.TowerPrompt, "--tokens", "1")]
    [InlineData("edits", Facts.Model)]
    [InlineData("keys", "list")]
    [InlineData("demo")]
    public void A_verb_loads_neither_a_web_server_nor_a_cluster(params string[] arguments)
    {
        var loaded = LoadedBy(arguments);

        Assert.Contains("amend", loaded);
        Assert.DoesNotContain(loaded, name => IsOf(name, "Microsoft.AspNetCore") || IsOf(name, "OpenTelemetry") || IsOf(name, "Orleans") || IsOf(name, "Npgsql"));

        static bool IsOf(string name, string family) => name.StartsWith(family, StringComparison.Ordinal);
    }

    /// <summary>The assemblies of a process, which the hook below writes when it ends.</summary>
    private string[] LoadedBy(string[] arguments)
    {
        var list = _folder.File("loaded.txt");
        var amend = new AmendProcess(_folder.File("home"));
        amend.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        amend.Environment[StartupHook.Variable] = list;
        amend.Run(arguments).Done();
        return File.ReadAllLines(list);
    }
}
