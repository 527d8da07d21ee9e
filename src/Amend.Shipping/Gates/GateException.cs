using Amend.Tensors;

namespace Amend.Shipping.Gates;

/// <summary>What a gate refused.</summary>
public sealed class GateException : AmendException
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="report">What the gate says.</param>
    /// <param name="what">What was judged.</param>
    public GateException(GateReport report, string what)
        : base(
            $"The gate '{report.Gate}' refuses {what}: {string.Join("; ", report.Failed.Select(verdict => verdict.Reason))}; "
            + "edit anew, take edits back, or change the gate.") => Report = report;

    /// <summary>What the gate says.</summary>
    public GateReport Report { get; }
}
