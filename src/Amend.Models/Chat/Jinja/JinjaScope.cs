namespace Amend.Models.Chat.Jinja;

/// <summary>The names of a block; those of the blocks around it are seen but not changed.</summary>
internal sealed class JinjaScope(JinjaScope? outer)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a name.</summary>
    public object? Get(string name) =>
        _values.TryGetValue(name, out var value) ? value
        : outer is null ? Undefined.Value
        : outer.Get(name);

    /// <summary>Gives a name a value in this block.</summary>
    public void Set(string name, object? value) => _values[name] = value;
}
