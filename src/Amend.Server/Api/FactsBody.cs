using Amend.Editing;
using Amend.Evaluation.Datasets;
using Amend.Server.Problems;
using Amend.Server.Security;

namespace Amend.Server.Api;

/// <summary>Facts: some by their parts, or those of a data set.</summary>
public abstract record FactsBody
{
    private const int MostFacts = 10_000;

    /// <summary>The facts by their parts.</summary>
    public IReadOnlyList<FactBody> Facts { get; init; } = [];

    /// <summary>In their place, a data set: a suite's name, or <c>FORMAT:PATH</c> under a folder that the server may read.</summary>
    public string? Suite { get; init; }

    /// <summary>With <c>suite</c>: cases to pass over first.</summary>
    public int Offset { get; init; }

    /// <summary>With <c>suite</c>: most cases.</summary>
    public int? Cases { get; init; }

    /// <summary>The requests.</summary>
    /// <exception cref="Tensors.AmendException">There is none, or both ways were used, or the data set cannot be read.</exception>
    internal IReadOnlyList<EditRequest> ToRequests(AllowedFolders folders)
    {
        if (Facts.Count > 0 == Suite is not null)
            throw Refuse($"{Facts.Count} facts and {(Suite is null ? "no suite" : "a suite")} were given; give facts or a suite.");
        if (Facts.Count > MostFacts || Offset < 0 || Cases is < 1 or > MostFacts)
            throw Refuse($"Give at most {MostFacts} facts, an offset of at least 0, and cases from 1 to {MostFacts}.");
        if (Suite is null)
            return [.. Facts.Select(fact => fact.ToRequest())];
        var read = folders.Data(Suite).Read(new DatasetOptions());
        return [.. read.Skip(Offset).Take(Cases ?? MostFacts).SelectMany(one => one.ToEditRequests())];
    }

    private static RefusedException Refuse(string sentence) => new(Refusal.BadRequest(sentence));
}
