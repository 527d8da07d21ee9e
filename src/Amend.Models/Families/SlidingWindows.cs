using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Families;

/// <summary>Which layers see a window only: <c>sliding_window</c> and <c>layer_types</c> of <c>config.json</c>.</summary>
public static class SlidingWindows
{
    /// <summary>What <c>layer_types</c> calls layers with a window.</summary>
    internal const string Sliding = "sliding_attention";

    /// <summary>What <c>layer_types</c> calls layers without one.</summary>
    internal const string Full = "full_attention";

    /// <summary>The window of each layer, null where it sees all earlier tokens.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="window">The window's width, or null for none at any layer.</param>
    /// <param name="isSliding">Which layers have it where the file has no <c>layer_types</c>.</param>
    /// <exception cref="ModelFormatException">The list has another length or an unknown kind in it.</exception>
    public static IReadOnlyList<int?> Read(JsonElement config, int layers, int? window, Func<int, bool> isSliding) =>
        [.. Slide(config, layers, isSliding).Select(slides => slides ? window : null)];

    /// <summary>Whether each layer is of the kind that sees a window.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="isSliding">Which layers are where the file has no <c>layer_types</c>.</param>
    /// <exception cref="ModelFormatException">The list has another length or an unknown kind in it.</exception>
    internal static IReadOnlyList<bool> Slide(JsonElement config, int layers, Func<int, bool> isSliding)
    {
        var kinds = config.TextsOrNone("layer_types")
            ?? [.. Enumerable.Range(0, layers).Select(layer => isSliding(layer) ? Sliding : Full)];
        if (kinds.Count != layers || kinds.Any(kind => kind is not (Sliding or Full)))
        {
            throw new ModelFormatException(
                $"config.json: layer_types has {kinds.Count} of {string.Join(", ", kinds.Distinct())}, where {layers} of "
                + $"{Sliding} or {Full} were expected; check the model folder.");
        }

        return [.. kinds.Select(kind => kind == Sliding)];
    }

    /// <summary>Whether all layers have a window but each of the <paramref name="pattern"/>th, counted from 1.</summary>
    internal static Func<int, bool> AllButEach(int pattern) => layer => (layer + 1) % pattern != 0;

    /// <summary>The width of a window; null where the key is null or 0, and a default where it is missing.</summary>
    internal static int? Width(JsonElement config, int? missing) =>
        config.TryGetProperty("sliding_window", out var said) && said.ValueKind == JsonValueKind.Number && said.GetDouble() == 0
            ? null : config.SizeOrNone("sliding_window", missing);

    /// <summary>No window at any layer.</summary>
    public static IReadOnlyList<int?> None(int layers) => new int?[layers];
}
