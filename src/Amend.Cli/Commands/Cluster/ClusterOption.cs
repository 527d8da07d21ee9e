using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cluster.Database;

namespace Amend.Cli.Commands.Cluster;

/// <summary>The option that names a cluster, and the variable that does so where it is not given.</summary>
internal sealed class ClusterOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--cluster";

    private const string Variable = "AMEND_CLUSTER";

    private readonly Option<string?> _cluster = new(Name)
    {
        Description = $"The cluster's database, such as \"Host=db;Database=amend;Username=amend\"; {Variable} by default. "
            + "The password comes from PGPASSWORD or PGPASSFILE.",
        HelpName = "ADDRESS",
    };

    /// <summary>Adds it to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_cluster);

    /// <summary>The address that was given or is in the environment; null where there is none.</summary>
    /// <exception cref="UsageException">It is no address.</exception>
    public ClusterAddress? Given(ParseResult parsed, bool alsoVariable) =>
        (parsed.GetValue(_cluster) ?? (alsoVariable ? Environment.GetEnvironmentVariable(Variable) : null)) is { Length: > 0 } text
            ? UsageException.In(() => ClusterAddress.Parse(text))
            : null;

    /// <summary>The address.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public ClusterAddress Read(ParseResult parsed) => Given(parsed, alsoVariable: true)
        ?? throw new UsageException($"No cluster was named; give its database with {Name}, or set {Variable}.");
}
