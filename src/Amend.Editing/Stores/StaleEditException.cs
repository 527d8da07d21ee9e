using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>Edits were made on top of others that are no longer the applied ones; they were not kept.</summary>
public sealed class StaleEditException : AmendException
{
    private const int MostNamed = 3;

    /// <summary>Creates the refusal.</summary>
    /// <param name="onto">The applied edits that they were made on top of.</param>
    /// <param name="now">Those that are applied now.</param>
    public StaleEditException(IReadOnlyList<string> onto, IReadOnlyList<string> now)
        : base(
            $"The edit was made on top of {Text(onto)}, and meanwhile the model was left with {Text(now)}; "
            + "nothing was kept, so make the edit again.")
    {
    }

    private static string Text(IReadOnlyList<string> ids) => ids.Count switch
    {
        0 => "no edits",
        <= MostNamed => string.Join(", ", ids),
        _ => $"{string.Join(", ", ids.TakeLast(MostNamed))} and {ids.Count - MostNamed} before",
    };
}
