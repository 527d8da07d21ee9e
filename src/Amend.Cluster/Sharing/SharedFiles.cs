using Amend.Cluster.Orders;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Orders;
using Amend.Tensors;

namespace Amend.Cluster.Sharing;

/// <summary>
/// The files of an order that another machine gave: those that come with the program here, and others from the shared store, laid out under
/// their own names.
/// </summary>
/// <param name="shared">What was ordered.</param>
/// <param name="store">The shared store; null where this machine has none.</param>
/// <param name="folder">Where files are laid out.</param>
internal sealed class SharedFiles(SharedOrder shared, SharedStore? store, string folder) : IOrderFiles
{
    /// <inheritdoc/>
    public DatasetSource Data(string name) => shared.Files.TryGetValue(name, out var file)
        ? EmbeddedSuites.Locator.Find($"{name[..name.IndexOf(':', StringComparison.Ordinal)]}:{Laid(file)}")
        : EmbeddedSuites.Locator.Find(name);

    /// <inheritdoc/>
    public string File(string path) => Place(path);

    /// <inheritdoc/>
    public string Place(string path) => shared.Files.TryGetValue(path, out var file)
        ? Laid(file)
        : throw new AmendException($"The run needs '{path}', which was not shared with it; submit it again.");

    private string Laid(SharedFile file)
    {
        var at = Path.Combine(folder, file.Hash[..16], file.Name);
        if (System.IO.File.Exists(at))
            return at;
        var from = (store ?? throw new AmendException(
            $"The run needs '{file.Name}', which is in a shared store; give it to amend work with --share.")).Get(file.Hash);
        Directory.CreateDirectory(Path.GetDirectoryName(at)!);
        var part = $"{at}.{Guid.NewGuid():N}.part";
        System.IO.File.Copy(from, part);
        System.IO.File.Move(part, at, overwrite: true);
        return at;
    }
}
