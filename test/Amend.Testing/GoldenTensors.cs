using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>The tensors of a golden safetensors file; it owns those that were asked for.</summary>
public sealed class GoldenTensors : IDisposable
{
    private readonly SafeTensorsFile _file;
    private readonly Dictionary<string, Tensor> _loaded = new(StringComparer.Ordinal);

    /// <summary>Opens a file.</summary>
    public GoldenTensors(string path) => _file = SafeTensorsFile.Open(path);

    /// <summary>The names of all tensors.</summary>
    public IEnumerable<string> Names => _file.Entries.Select(entry => entry.Name);

    /// <summary>A tensor, in its stored type; it lives as long as this.</summary>
    public Tensor this[string name]
    {
        get
        {
            if (!_loaded.TryGetValue(name, out var tensor))
                _loaded[name] = tensor = _file.Load(name).DetachFromDisposeScope();
            return tensor;
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _loaded.Values)
            tensor.Dispose();
        _loaded.Clear();
        _file.Dispose();
    }
}
