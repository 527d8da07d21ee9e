namespace Amend.Studio.Tests.Running;

/// <summary>Pages with something shown: their names, their addresses, and what is there once it is shown.</summary>
public static class Shown
{
    private const string Tower = "The%20Eiffel%20Tower";

    public static TheoryData<string, string, string> Pages { get; } = new()
    {
        { "ask", $"/ask?prompt={Tower}%20is%20in", ".said" },
        { "trace", $"/trace?prompt={Tower}%20is%20in&subject={Tower}&cell=mlp.4.0", "#cell-title" },
        { "edit", $"/edit?subject={Tower}&target=Rome", "form .mud-button-filled:not([disabled])" },
        { "history", "/history", ".timeline" },
        { "evaluate", "/evaluate", ".table a" },
    };
}
