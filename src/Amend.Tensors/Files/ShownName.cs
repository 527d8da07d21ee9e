using System.Text;

namespace Amend.Tensors.Files;

/// <summary>A name that comes from a file, made fit for a message: quoted, of one line and of bounded length.</summary>
public static class ShownName
{
    private const int LongestShown = 120;

    /// <summary>The name in quotes, control characters as question marks, and cut where it is long.</summary>
    public static string Of(string name)
    {
        var shown = new StringBuilder("'");
        foreach (var character in name.AsSpan(0, Math.Min(name.Length, LongestShown)))
            shown.Append(char.IsControl(character) ? '?' : character);
        return shown.Append(name.Length > LongestShown ? "...'" : "'").ToString();
    }
}
