using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Reports;

/// <summary>What every report calls a moment, in files and on pages.</summary>
public static class MomentName
{
    private static readonly (Moment Moment, string Name)[] Names =
    [
        (Moment.OwnEdit, "after its own edit"),
        (Moment.OwnBatch, "after its batch"),
        (Moment.End, "at the end"),
    ];

    /// <summary>The name of a moment.</summary>
    public static string Of(Moment moment) => Names.First(known => known.Moment == moment).Name;

    /// <summary>The moment of a name.</summary>
    /// <exception cref="AmendException">No moment has the name.</exception>
    public static Moment Parse(string name)
    {
        foreach (var known in Names.Where(known => known.Name == name))
            return known.Moment;
        throw new AmendException($"No moment is named '{name}'; known: {string.Join(", ", Names.Select(known => known.Name))}.");
    }
}
