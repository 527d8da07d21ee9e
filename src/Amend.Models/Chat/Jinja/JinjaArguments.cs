namespace Amend.Models.Chat.Jinja;

/// <summary>Reads the arguments of calls.</summary>
internal static class JinjaArguments
{
    /// <summary>The argument at a place or of a name; what is given otherwise where it is missing.</summary>
    public static object? At(
        this IReadOnlyList<object?> arguments, int place, IReadOnlyDictionary<string, object?> named, string name, object? otherwise) =>
        place < arguments.Count ? arguments[place] : named.TryGetValue(name, out var value) ? value : otherwise;

    /// <summary>A text that must be there.</summary>
    public static string TextAt(this IReadOnlyList<object?> arguments, int place) =>
        place < arguments.Count && arguments[place] is string text
            ? text
            : throw new FormatException(
                $"argument {place + 1} must be a text, "
                    + $"and is {(place < arguments.Count ? JinjaValues.Kind(arguments[place]) : "missing")}");
}
