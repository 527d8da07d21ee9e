namespace Amend.Editing.Statistics;

/// <summary>Which second moment an edit used at a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Source">
/// Where it comes from: <c>text</c>, <c>import</c>, <c>identity</c> where C = I was asked for, or <c>given</c> by a program.
/// </param>
public sealed record StatisticsNote(int Layer, string Source)
{
    private const string IdentitySource = "identity";
    private const string GivenSource = "given";

    /// <summary>Whether it is the identity.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsIdentity => Source == IdentitySource;

    /// <summary>Keys that it is of; null for the identity.</summary>
    public long? Tokens { get; init; }

    /// <summary>SHA-256 of the statistics file; null for the identity.</summary>
    public string? Hash { get; init; }

    /// <summary>The file that it was imported from; null where it was not.</summary>
    public string? Origin { get; init; }

    /// <summary>The identity, C = I, which has nothing of any text.</summary>
    public static StatisticsNote Identity(int layer) => new(layer, IdentitySource);

    /// <summary>A second moment that a program gave.</summary>
    public static StatisticsNote Given(int layer) => new(layer, GivenSource);

    /// <summary>A file's.</summary>
    /// <param name="notes">What the file says of itself.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="tokens">Its count.</param>
    /// <param name="hash">SHA-256 of the file.</param>
    public static StatisticsNote Of(SecondMomentNotes notes, int layer, long tokens, string hash) =>
        new(layer, notes.Origin is null ? "text" : "import") { Tokens = tokens, Hash = hash, Origin = notes.Origin };
}
