using Amend.Editing;

namespace Amend.Cli.Rendering;

/// <summary>Says what made an edit and where.</summary>
internal static class MadeWith
{
    /// <summary>The editor and its layers, such as <c>memit at layers 3 to 5, 8</c>; the editor alone where the edit belongs to no layer.</summary>
    public static string Describe(EditRecord record) => record.Layers.Count switch
    {
        0 => record.Editor,
        1 => $"{record.Editor} at layer {record.Layers[0]}",
        _ => $"{record.Editor} at layers {string.Join(", ", Ranges(record.Layers))}",
    };

    private static IEnumerable<string> Ranges(IReadOnlyList<int> layers)
    {
        for (int first = 0, next = 1; next <= layers.Count; next++)
        {
            if (next < layers.Count && layers[next] == layers[next - 1] + 1)
                continue;
            yield return next - first == 1 ? $"{layers[first]}" : $"{layers[first]} to {layers[next - 1]}";
            first = next;
        }
    }
}
