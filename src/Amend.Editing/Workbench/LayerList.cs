using System.Collections.ObjectModel;

namespace Amend.Editing.Workbench;

/// <summary>Layers as a setting: a list, or all that the model has, which is known only once there is a model.</summary>
public static class LayerList
{
    /// <summary>All layers, written <c>layers=all</c>; <c>Validated</c> puts the model's in its place.</summary>
    public static IReadOnlyList<int> All { get; } = new ReadOnlyCollection<int>([]);

    /// <summary>The layers of a model of so many.</summary>
    internal static IReadOnlyList<int> Of(IReadOnlyList<int> layers, int count) => IsAll(layers) ? [.. Enumerable.Range(0, count)] : layers;

    /// <summary>Whether the list stands for all layers.</summary>
    internal static bool IsAll(IReadOnlyList<int> layers) => ReferenceEquals(layers, All);

    /// <summary>Why the layers cannot be those of a model of so many; null where they can.</summary>
    internal static string? Wrong(IReadOnlyList<int> layers, int count)
    {
        if (IsAll(layers))
            return null;
        if (layers.Count == 0)
            return $"there is no preset with layers for a model of this size, so name one of 0 to {count - 1} with --layer";
        if (layers.Any(layer => layer < 0 || layer >= count))
            return $"layers {string.Join(", ", layers)} were asked and the model has layers 0 to {count - 1}";
        return layers.Distinct().Count() == layers.Count ? null : $"layers {string.Join(", ", layers)} were asked; name each once";
    }
}
