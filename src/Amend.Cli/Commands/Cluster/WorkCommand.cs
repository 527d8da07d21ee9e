using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Cluster.Scheduling;
using Amend.Cluster.Working;

namespace Amend.Cli.Commands.Cluster;

/// <summary><c>amend work</c>: works for a cluster until it is stopped.</summary>
internal sealed class WorkCommand : ICliCommand
{
    private readonly ClusterOption _cluster = new();
    private readonly Option<int> _models = new("--models")
    {
        Description = "Models in memory, each of which does units of its own.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _share = ShareOption.Create(
        "Where models and data are that do not come with Amend: a folder, or its address over HTTP.");

    private readonly Option<string> _host = new("--host")
    {
        Description = "This machine's address, at which other workers reach it.",
        HelpName = "IP",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private readonly Option<int> _lease = new("--lease")
    {
        Description = "Seconds after which a worker that is not heard of loses its units to others; the same on all workers.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)new WorkerTimes().Lease.TotalSeconds,
    };

    private readonly Option<bool> _once = new("--until-idle") { Description = "End when no run is open." };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("work", "Work for a cluster: do units of the runs that are submitted to it, until it is stopped.")
        {
            _models, _share, _host, _lease, _once,
        };
        _cluster.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var setup = new WorkerSetup(_cluster.Read(parsed), AmendEnvironment.Of(parsed).Home)
        {
            Models = parsed.GetValue(_models),
            Threads = parsed.GetValue(GlobalOptions.Threads),
            Device = GlobalOptions.LoadOptions(parsed).Device,
            Share = parsed.GetValue(_share),
            Host = parsed.GetValue(_host)!,
            EndsWhenIdle = parsed.GetValue(_once),
            Times = UsageException.In(() => WorkerTimes.Of(parsed.GetValue(_lease))),
        };
        void Tell(string name) => Terminal.Line($"{name} works for '{setup.Address.Name}'; Ctrl-C stops.");
        await ClusterWorker.RunAsync(setup, Tell, stop).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
