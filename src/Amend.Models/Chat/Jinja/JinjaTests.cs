namespace Amend.Models.Chat.Jinja;

/// <summary>What can stand behind <c>is</c>, one line each.</summary>
internal static class JinjaTests
{
    private static readonly Dictionary<string, Func<object?, IReadOnlyList<object?>, bool>> All = new(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is Dictionary<string, object?>,
        ["iterable"] = (value, _) => value is string or List<object?> or Dictionary<string, object?>,
        ["sequence"] = (value, _) => value is string or List<object?> or Dictionary<string, object?>,
        ["number"] = (value, _) => value is long or double or bool,
        ["integer"] = (value, _) => value is long,
        ["float"] = (value, _) => value is double,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["odd"] = (value, _) => value is long number && number % 2 != 0,
        ["even"] = (value, _) => value is long number && number % 2 == 0,
        ["divisibleby"] = (value, a) => value is long number && a is [long by] && by != 0 && number % by == 0,
        ["equalto"] = (value, a) => a is [var other] && JinjaValues.AreEqual(value, other),
        ["eq"] = (value, a) => a is [var other] && JinjaValues.AreEqual(value, other),
        ["ne"] = (value, a) => a is [var other] && !JinjaValues.AreEqual(value, other),
        ["gt"] = (value, a) => a is [var other] && JinjaValues.Compare(value, other) > 0,
        ["ge"] = (value, a) => a is [var other] && JinjaValues.Compare(value, other) >= 0,
        ["lt"] = (value, a) => a is [var other] && JinjaValues.Compare(value, other) < 0,
        ["le"] = (value, a) => a is [var other] && JinjaValues.Compare(value, other) <= 0,
        ["in"] = (value, a) => a is [var container] && JinjaValues.Contains(container, value),
    };

    /// <summary>The test of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Func<object?, IReadOnlyList<object?>, bool> Find(string name) =>
        All.TryGetValue(name.ToLowerInvariant(), out var test)
            ? test
            : throw new FormatException($"the test 'is {name}' is not supported; known are {string.Join(", ", All.Keys)}");
}
