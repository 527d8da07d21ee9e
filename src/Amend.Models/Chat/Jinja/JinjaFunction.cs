namespace Amend.Models.Chat.Jinja;

/// <summary>What a template can call: a function, a macro or a value's method.</summary>
internal delegate object? JinjaFunction(IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named);
