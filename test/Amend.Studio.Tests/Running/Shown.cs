namespace Amend.Studio.Tests.Running;

/// <summary>Pages with something shown: their names, their addresses, and what is there once it is shown.</summary>
internal static class Shown
{
    public const string Tower = "The%20Eiffel%20Tower";

    public static IReadOnlyList<(string Name, string Path, string Ready)> Pages { get; } =
    [
        ("edit", $"/edit?subject={Tower}&target=Rome", ".mud-button-filled:not([disabled])"),
        ("ask", $"/ask?prompt={Tower}%20is%20in", ".bars"),
        ("history", "/history", ".timeline li, .empty"),
    ];
}
