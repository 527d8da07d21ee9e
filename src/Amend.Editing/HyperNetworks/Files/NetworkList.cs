namespace Amend.Editing.HyperNetworks.Files;

/// <summary>Networks that there are.</summary>
/// <param name="Networks">Those of Amend's home, then those that models ship, each by path.</param>
public sealed record NetworkList(IReadOnlyList<NetworkSummary> Networks)
{
    /// <summary>Describes all networks that a store finds.</summary>
    /// <param name="store">The store.</param>
    /// <param name="modelFolders">Folders of models that may ship some.</param>
    public static NetworkList Read(NetworkStore store, IEnumerable<string> modelFolders) =>
        new([.. store.All(modelFolders).Select(NetworkSummary.Of)]);
}

/// <summary>A network in short.</summary>
/// <param name="Id">Its id; of a broken file its name without the ending.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="IsShipped">Whether a model's folder ships it.</param>
/// <param name="Record">What it is; null where the file is broken.</param>
/// <param name="Problem">What is wrong with the file; null where nothing is.</param>
public sealed record NetworkSummary(string Id, string Path, long Bytes, bool IsShipped, NetworkRecord? Record, string? Problem)
{
    /// <summary>Describes a network.</summary>
    public static NetworkSummary Of(StoredNetwork network) => new(
        network.Name, network.Path, new FileInfo(network.Path).Length, network.IsShipped, network.File?.Record, network.Problem);
}
