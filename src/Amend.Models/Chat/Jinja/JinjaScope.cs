using System.Text;

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

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    /// <summary>The next one follows.</summary>
    Next,

    /// <summary>The loop ends.</summary>
    Break,

    /// <summary>The loop's next round follows.</summary>
    Continue,
}

/// <summary>A compiled expression: its value where the names of a scope have theirs.</summary>
internal delegate object? JinjaExpression(JinjaScope scope);

/// <summary>A compiled statement: writes to the output and says how it ended.</summary>
internal delegate Flow JinjaStatement(JinjaScope scope, StringBuilder output);

/// <summary>What a template can call: a function, a macro or a value's method.</summary>
internal delegate object? JinjaFunction(IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named);
