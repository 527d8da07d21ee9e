using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Orders;

/// <summary>The files of an order where it says that they are, and suites that come with the program.</summary>
public sealed class NamedFiles : IOrderFiles
{
    private NamedFiles()
    {
    }

    /// <summary>The files.</summary>
    public static NamedFiles Instance { get; } = new();

    /// <inheritdoc/>
    public DatasetSource Data(string name) => EmbeddedSuites.Locator.Find(name);

    /// <inheritdoc/>
    public string File(string path) => System.IO.File.Exists(path)
        ? path
        : throw new AmendException($"The file '{path}' does not exist; give one that is there.");

    /// <inheritdoc/>
    public string Place(string path) => path;
}
