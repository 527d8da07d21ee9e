using System.Globalization;
using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>When a case is measured, in the order of a run; figures of different moments must not be compared.</summary>
public sealed record Moment
{
    private const string Count = "after ";
    private const string Edits = " edits";
    private static readonly Moment[] Fixed =
    [
        new("OnArrival", "on arrival", -3),
        new("OwnEdit", "after its own edit", -2),
        new("OwnBatch", "after its batch", -1),
        new("End", "at the end", int.MaxValue),
    ];

    private Moment(string key, string name, int order) => (Key, Name, Order) = (key, name, order);

    /// <summary>
    /// When it came in a stream, before it was edited where it was: what decides whether it is. No figure is reported of it.
    /// </summary>
    public static Moment OnArrival => Fixed[0];

    /// <summary>Right after its own edit.</summary>
    public static Moment OwnEdit => Fixed[1];

    /// <summary>Right after the batch that its edit is part of.</summary>
    public static Moment OwnBatch => Fixed[2];

    /// <summary>After all edits of the run.</summary>
    public static Moment End => Fixed[3];

    /// <summary>What a run's results call it: <c>OnArrival</c>, <c>OwnEdit</c>, <c>OwnBatch</c>, <c>End</c>, or its name.</summary>
    public string Key { get; }

    /// <summary>What every report calls it, in files and on pages, such as <c>after its own edit</c> or <c>after 50 edits</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is one of those on the way of a stream, after some of its edits.</summary>
    public bool IsOnTheWay => Order > 0 && this != End;

    /// <summary>Its place among the moments of a run: earlier ones have a lower one.</summary>
    public int Order { get; }

    /// <summary>After a number of the run's edits, at least 1, whosever they were.</summary>
    public static Moment After(int edits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(edits, 1);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Count}{edits}{Edits}");
        return new Moment(name, name, edits);
    }

    /// <summary>The moment of a key or a name.</summary>
    /// <exception cref="AmendException">It is neither.</exception>
    public static Moment Parse(string text)
    {
        if (Array.Find(Fixed, moment => moment.Key == text || moment.Name == text) is { } known)
            return known;
        var digits = text.Length > Count.Length + Edits.Length
            && text.StartsWith(Count, StringComparison.Ordinal) && text.EndsWith(Edits, StringComparison.Ordinal)
            ? text[Count.Length..^Edits.Length]
            : "";
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var edits) && edits > 0
            ? After(edits)
            : throw new AmendException(
                $"No moment is named '{text}'; known: {string.Join(", ", Fixed.Select(moment => moment.Name))}, {After(50).Name}.");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
