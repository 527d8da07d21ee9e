namespace Amend.Evaluation.Datasets;

/// <summary>Broken records that the last reading passed over.</summary>
public sealed class SkippedRecords
{
    private const int MostReasons = 20;
    private readonly List<string> _reasons = [];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>Why, one sentence a record, of the first 20.</summary>
    public IReadOnlyList<string> Reasons => _reasons;

    /// <summary>Forgets an earlier reading.</summary>
    internal void Begin()
    {
        Count = 0;
        _reasons.Clear();
    }

    /// <summary>Counts one.</summary>
    internal void Add(string reason)
    {
        Count++;
        if (_reasons.Count < MostReasons)
            _reasons.Add(reason);
    }
}
