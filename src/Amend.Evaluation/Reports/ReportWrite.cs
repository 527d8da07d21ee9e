using Amend.Editing.Governance;

namespace Amend.Evaluation.Reports;

/// <summary>What a guard measured after a write; no number where there was nothing to measure.</summary>
/// <param name="Place">The place of its first case in the run, from 0.</param>
/// <param name="Write">The greatest ‖ΔW‖ / ‖W₀‖ of the write.</param>
/// <param name="Norm">The greatest ‖W - W₀‖ / ‖W₀‖ of all applied edits.</param>
/// <param name="Denominator">The smallest k·u / ‖k‖.</param>
/// <param name="Perplexity">Perplexity of the fixed text, in units of the unedited model's.</param>
/// <param name="Past">The share of earlier edits that held.</param>
public sealed record ReportWrite(int Place, double Write, double Norm, double Denominator, double Perplexity, double Past)
{
    internal static ReportWrite Of(int place, GuardMeasures measures) => new(
        place, measures.Write, measures.Total, measures.Denominator ?? double.NaN, measures.PerplexityRatio ?? double.NaN, measures.Past ?? double.NaN);
}
