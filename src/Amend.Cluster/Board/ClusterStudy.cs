using Amend.Cluster.Orders;
using Amend.Tracing.Studies;

namespace Amend.Cluster.Board;

/// <summary>A tracing study as a run of parts, one a fact.</summary>
public static class ClusterStudy
{
    /// <summary>Submits a study.</summary>
    /// <param name="board">The cluster's runs.</param>
    /// <param name="suite">What the facts are called where runs are listed.</param>
    /// <param name="order">What workers are told.</param>
    /// <param name="facts">The facts; ids are distinct.</param>
    /// <returns>The run's number.</returns>
    /// <exception cref="Tensors.AmendException">The database cannot be used.</exception>
    public static long Submit(RunBoard board, string suite, SharedStudy order, IReadOnlyList<StudyFact> facts) =>
        board.Submit(suite, order, facts.Select(fact => (fact.Id, SharedStudy.Given(fact))));

    /// <summary>Puts what a run gave into a study's folder, for the facts that have no file there.</summary>
    /// <param name="board">The cluster's runs.</param>
    /// <param name="run">The run, which is done.</param>
    /// <param name="study">The study.</param>
    /// <param name="facts">The facts, as they were submitted.</param>
    /// <exception cref="Tensors.AmendException">The database cannot be used, or the folder is not writable.</exception>
    public static void Fetch(RunBoard board, long run, TraceStudy study, IReadOnlyList<StudyFact> facts)
    {
        using var parts = board.Parts(run);
        var missing = study.Missing(facts).Select(fact => fact.Id).ToHashSet();
        foreach (var (at, fact) in facts.Index().Where(one => missing.Contains(one.Item.Id)))
            study.Keep(SharedStudy.Read(parts.Read(at + 1)));
    }
}
