using Amend.Cluster.Working;

namespace Amend.Cluster.Tests;

public sealed class ClusterWorkerTests
{
    [Fact]
    public void Workers_with_one_machine_name_and_process_id_as_containers_have_get_names_of_their_own()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(_ => ClusterWorker.NewName())];

        Assert.All(names, name => Assert.StartsWith($"{Environment.MachineName}/{Environment.ProcessId}-", name, StringComparison.Ordinal));
        Assert.True(names.Distinct().Count() > 15, string.Join(" ", names));
    }
}
