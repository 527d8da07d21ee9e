using System.CommandLine;
using Amend.Cli.CommandLine;

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
    /// <param name="parsed">The command line.</param>
    /// <param name="alone">Options of the verb that say nothing to workers.</param>
    /// <exception cref="UsageException">Such an option was given with a cluster, or the cluster is no address.</exception>
    public ClusterRunner? Runner(ParseResult parsed, params ReadOnlySpan<Option> alone)
    {
        if (_cluster.Given(parsed, alsoVariable: false) is not { } address)
            return null;
        foreach (var option in (Option[])[GlobalOptions.Device, .. alone])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException(
                    $"{option.Name} was given with {ClusterOption.Name}, and says nothing to a cluster's workers; leave it out "
                    + "(what workers use is said to amend work).");
        }

        return new ClusterRunner(address, parsed.GetValue(_share), AmendEnvironment.Of(parsed).Home);
    }
}
