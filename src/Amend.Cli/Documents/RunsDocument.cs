using Amend.Cluster.Board;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend runs --json</c> prints.</summary>
/// <param name="Runs">The runs of a cluster, the latest first.</param>
internal sealed record RunsDocument(IReadOnlyList<ClusterRun> Runs);

/// <summary>What <c>amend runs show --json</c> and <c>amend runs cancel --json</c> print.</summary>
/// <param name="Run">The run.</param>
/// <param name="Workers">What workers did of it; of a cancelled run none are listed.</param>
/// <param name="Aside">Units that were set aside.</param>
/// <param name="Troubles">Why workers cannot begin what waits.</param>
internal sealed record RunDocument(
    ClusterRun Run, IReadOnlyList<WorkerShare> Workers, IReadOnlyList<UnitAside> Aside, IReadOnlyList<string> Troubles);
