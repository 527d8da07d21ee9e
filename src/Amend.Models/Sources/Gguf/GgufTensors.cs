using Amend.Tensors.Files;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// The tensors of a GGUF file under Hugging Face's names and with the values that a checkpoint has; owns the file. What an
/// architecture's map does to a tensor is done when it is loaded, one tensor at a time.
/// </summary>
internal sealed class GgufTensors : ITensorFile
{
    private readonly GgufFile _file;
    private readonly GgufNames _names;
    private readonly Dictionary<string, TensorEntry> _entries;

    /// <summary>Renames the tensors of a file; what the architecture has no module for is not among them.</summary>
    public GgufTensors(GgufFile file, GgufNames names)
    {
        (_file, _names) = (file, names);
        Entries = [.. from entry in file.Entries
                      let module = names.ModuleOf(entry.Name)
                      where module is not null
                      from own in module.IsStack && entry.Shape.Length > 1 ? Members(entry) : [Renamed(entry, module)]
                      select own];
        _entries = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <inheritdoc/>
    public TensorEntry Entry(string name) => _entries.TryGetValue(name, out var entry) ? entry : _file.Entry(NameInFile(name));

    /// <inheritdoc/>
    public string NameInFile(string name) => _names.InFile(name);

    /// <inheritdoc/>
    /// <remarks>The values of a transposed matrix lie column by column; its memory belongs to it all the same.</remarks>
    public Tensor Load(string name, ScalarType? dtype = null)
    {
        var inFile = NameInFile(name);
        var wanted = dtype ?? _file.Entry(inFile).DType;
        if (_names.MemberOf(name) is { } member)
            return _file.LoadAt(inFile, member, wanted);
        return _names.ModuleOf(inFile)?.Values is { } values
            ? values.Load(type => _file.Load(inFile, type), wanted)
            : _file.Load(inFile, wanted);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private TensorEntry Renamed(TensorEntry entry, GgufModule module) =>
        entry with { Name = _names.ToName(entry.Name), Shape = module.Values?.ShapeOf(entry.Shape) ?? entry.Shape };

    /// <summary>The tensors of the modules that a tensor of the file holds one behind the other.</summary>
    private IEnumerable<TensorEntry> Members(TensorEntry entry) => Enumerable.Range(0, (int)entry.Shape[0])
        .Select(member => entry.At(member) with { Name = _names.ToName(entry.Name, member) });
}
