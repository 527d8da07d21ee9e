namespace Amend.Models.Chat.Jinja;

/// <summary>The value of a name that has none.</summary>
internal sealed class Undefined
{
    private Undefined()
    {
    }

    /// <summary>The one value.</summary>
    public static Undefined Value { get; } = new();
}
