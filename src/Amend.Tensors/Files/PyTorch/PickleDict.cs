namespace Amend.Tensors.Files.PyTorch;

/// <summary>A dict of a pickle, or an OrderedDict: string keys in the order in which they came, each once.</summary>
internal sealed class PickleDict
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    /// <summary>Whether it is an OrderedDict, which may carry attributes.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The value of a key.</summary>
    public object? this[string key] => _values[key];

    /// <summary>Adds a pair; false where the key is there already.</summary>
    public bool TryAdd(string key, object? value)
    {
        if (!_values.TryAdd(key, value))
            return false;
        _keys.Add(key);
        return true;
    }
}
