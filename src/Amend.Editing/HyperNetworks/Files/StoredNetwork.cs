using Amend.Tensors;

namespace Amend.Editing.HyperNetworks.Files;

/// <summary>A network's file of a list.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsShipped">Whether a model's folder ships it.</param>
/// <param name="File">The network; null where the file is broken.</param>
/// <param name="Problem">What is wrong with the file; null where nothing is.</param>
public sealed record StoredNetwork(string Path, bool IsShipped, NetworkFile? File, string? Problem)
{
    /// <summary>The id; of a broken file its name without the ending.</summary>
    public string Name => File?.Record.Id ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The network.</summary>
    /// <exception cref="AmendException">The file is broken.</exception>
    public NetworkFile Required() => File ?? throw new AmendException(Problem!);

    /// <summary>Whether the file has a name, with its ending or without.</summary>
    internal bool IsFile(string name) =>
        System.IO.Path.GetFileNameWithoutExtension(Path) == name || System.IO.Path.GetFileName(Path) == name;
}
