using System.Globalization;

namespace Amend.Shipping.Gates;

/// <summary>What a gate says of a model with edits.</summary>
/// <param name="Gate">What the gate is called.</param>
/// <param name="Verdicts">Of each criterion, in the gate's order.</param>
public sealed record GateReport(string Gate, IReadOnlyList<GateVerdict> Verdicts)
{
    /// <summary>Whether all criteria hold.</summary>
    public bool Passes => Verdicts.All(verdict => verdict.Holds);

    /// <summary>Those that do not.</summary>
    internal IEnumerable<GateVerdict> Failed => Verdicts.Where(verdict => !verdict.Holds);

    /// <summary>Refuses what does not pass.</summary>
    /// <param name="what">What was judged, such as the model with its edits.</param>
    /// <exception cref="GateException">A criterion does not hold.</exception>
    public void Require(string what)
    {
        if (!Passes)
            throw new GateException(this, what);
    }
}

/// <summary>What a gate says of one criterion.</summary>
/// <param name="Criterion">The criterion's name.</param>
/// <param name="Meaning">What is measured, in a few words.</param>
/// <param name="IsMost">Whether the limit is the most that is allowed and not the least.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Figure">What was measured; null where it could not be.</param>
/// <param name="Holds">Whether it holds.</param>
public sealed record GateVerdict(string Criterion, string Meaning, bool IsMost, double Limit, CheckFigure? Figure, bool Holds)
{
    /// <summary>The limit in words.</summary>
    public string Asked => $"at {(IsMost ? "most" : "least")} {Text(Limit)}";

    /// <summary>What was found, in words.</summary>
    public string Found => Figure switch
    {
        null => "not measured",
        { Asked: { } asked } => $"{Text(Figure.Value)} ({Figure.Held} of {asked})",
        _ => Text(Figure.Value),
    };

    /// <summary>The criterion, what was found and what is asked, as the middle of a sentence.</summary>
    public string Reason => $"{Criterion} {(Figure is null ? "was" : "is")} {Found} and {Asked} is asked";

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
