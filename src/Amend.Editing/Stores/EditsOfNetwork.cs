using Amend.Editing.Homes;
using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>Finds the edits that a trained network made. They hold their changes and need it no more.</summary>
public static class EditsOfNetwork
{
    /// <summary>The edits of all models whose records name a network.</summary>
    /// <param name="home">Where edits are kept.</param>
    /// <param name="network">The network's id.</param>
    /// <returns>Their ids, in order; a file that cannot be read counts as none of them.</returns>
    public static IReadOnlyList<string> Find(AmendHome home, string network) => Directory.Exists(home.AllEdits)
        ?
        [
            .. Directory.EnumerateFiles(home.AllEdits, "*" + EditStore.Extension, SearchOption.AllDirectories)
                .Where(path => IsOf(path, network))
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal),
        ]
        : [];

    private static bool IsOf(string path, string network)
    {
        try
        {
            return EditFile.ReadRecord(path).Network?.Id == network;
        }
        catch (AmendException)
        {
            return false;
        }
    }
}
