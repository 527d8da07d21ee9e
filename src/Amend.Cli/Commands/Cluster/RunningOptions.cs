using System.CommandLine;

namespace Amend.Cli.Commands.Cluster;

/// <summary>The options by which a verb has its run done by a cluster instead of by itself.</summary>
internal sealed class RunningOptions
{
    private readonly ClusterOption _cluster = new();
    private readonly Option<string?> _share = ShareOption.Create(
        "On a cluster, a folder that all workers see, for models and data that do not come with Amend.");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        _cluster.AddTo(command);
        command.Options.Add(_share);
    }

    /// <summary>Who has the run done; null where no cluster was named.</summary>
    public ClusterRunner? Runner(ParseResult parsed) => _cluster.Given(parsed, alsoVariable: false) is { } address
        ? new ClusterRunner(address, parsed.GetValue(_share), AmendEnvironment.Of(parsed).Home)
        : null;
}
