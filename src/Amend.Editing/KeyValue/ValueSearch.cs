namespace Amend.Editing.KeyValue;

/// <summary>How the changes of values are optimised.</summary>
public enum ValueSearch
{
    /// <summary>Adam, a fixed rate, as in the papers: the last point is kept.</summary>
    Adam,

    /// <summary>L-BFGS with backtracking (Nocedal and Wright 2006, algorithm 7.4): fewer evaluations; the best point is kept.</summary>
    Lbfgs,
}
