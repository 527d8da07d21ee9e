using System.Globalization;
using Amend.Cli.CommandLine;

namespace Amend.Cli.Commands;

/// <summary>Layers as a text: <c>3</c>, <c>0,2,5-8</c> or <c>all</c>.</summary>
internal static class LayerNumbers
{
    /// <summary>The text for all layers.</summary>
    public const string All = "all";

    /// <summary>The layers of a text other than <see cref="All"/>, in its order; of a range no more than one too many.</summary>
    /// <param name="option">The option's name, for the sentence.</param>
    /// <param name="text">Its value.</param>
    /// <param name="count">How many layers there are at most.</param>
    /// <exception cref="UsageException">The text is written in another way.</exception>
    public static List<int> Parse(string option, string text, int count)
    {
        var layers = new List<int>();
        foreach (var part in text.Split(','))
        {
            int[] ends = [.. part.Split('-', 2).Select(Number)];
            if (ends.Contains(-1) || ends[^1] < ends[0])
                throw new UsageException($"{option} '{text}' was asked; give layers from 0, such as 3, 0,2,5-8, or {All}.");
            layers.AddRange(Enumerable.Range(ends[0], Math.Min(ends[^1] - ends[0] + 1, count + 1)));
        }

        return layers;
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : -1;
}
