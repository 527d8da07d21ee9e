using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>The parameters of a network by their names; it owns them.</summary>
internal sealed class NetworkTensors : IDisposable
{
    private readonly List<NamedTensor> _all = [];
    private readonly Dictionary<string, Tensor> _byName = new(StringComparer.Ordinal);

    /// <summary>All of them, in the order in which they were added.</summary>
    public IReadOnlyList<NamedTensor> All => _all;

    /// <summary>The tensor of a name; it stays this set's.</summary>
    public Tensor this[string name] => _byName[name];

    /// <summary>Takes a tensor over as a parameter, which asks for gradients.</summary>
    public void Add(string name, Tensor value)
    {
        _all.Add(new NamedTensor(name, value.DetachFromDisposeScope().requires_grad_(true)));
        _byName.Add(name, value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in _all)
        {
            one.Value.grad = null;
            one.Value.Dispose();
        }

        _all.Clear();
        _byName.Clear();
    }
}
