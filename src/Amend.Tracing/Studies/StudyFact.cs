namespace Amend.Tracing.Studies;

/// <summary>A fact of a study.</summary>
/// <param name="Id">Its id, which names its file: letters, digits, dots, hyphens and underscores.</param>
/// <param name="Fact">The fact, with its answer.</param>
public sealed record StudyFact(string Id, TraceFact Fact)
{
    /// <summary>
    /// Some facts of a file, evenly spread over it: files are often sorted by relation, so that the first facts of one are not like all
    /// of them.
    /// </summary>
    /// <param name="facts">The file's facts.</param>
    /// <param name="most">Most of them.</param>
    public static IReadOnlyList<StudyFact> Spread(IReadOnlyList<StudyFact> facts, int most)
    {
        var count = Math.Min(most, facts.Count);
        return [.. Enumerable.Range(0, count).Select(at => facts[(int)((long)at * facts.Count / count)])];
    }
}
