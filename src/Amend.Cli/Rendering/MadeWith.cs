namespace Amend.Cli.Rendering;

/// <summary>Says what made an edit and where.</summary>
internal static class MadeWith
{
    /// <summary>The editor and its layers, such as <c>memit at layers 3 to 5, 8</c>; the editor alone where there are none.</summary>
    public static string Describe(string editor, IReadOnlyList<int> layers) => layers.Count switch
    {
        0 => editor,
        1 => $"{editor} at layer {layers[0]}",
        _ => $"{editor} at layers {string.Join(", ", Ranges(layers))}",
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
