using Amend.Editing.Tuning;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Elastic;

/// <summary>Settings of FT+EWC; names and defaults as in Thartvigsen/GRACE, but for the form of the Fisher information.</summary>
public sealed record ElasticOptions : SerialTuningOptions
{
    /// <summary>λ of the penalty λ Σ F (w - w̄)²; 0.1 by default.</summary>
    public double EwcLambda { get; init; } = 0.1;

    /// <summary>How many of the latest requests the Fisher information F is of; 10 by default.</summary>
    public int FisherMem { get; init; } = 10;

    /// <summary>What F and the anchor w̄ are; sound by default.</summary>
    public FisherForm Fisher { get; init; } = FisherForm.Sound;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.NotNegative("ewc_lambda", EwcLambda);
        problems.Count("fisher_mem", FisherMem);
    }
}

/// <summary>What the Fisher information and the anchor of the penalty are.</summary>
public enum FisherForm
{
    /// <summary>
    /// The diagonal of the empirical Fisher information, the mean of the squared gradients of the latest earlier requests, each with its
    /// own gradient; the anchor is the weights before the edit (Kirkpatrick et al. 2017, eq. 3).
    /// </summary>
    Sound,

    /// <summary>
    /// As released (D7): the present request counts too, gradients add up from one request to the next, from the latest backwards,
    /// before they are squared, the sum is divided by <c>fisher_mem</c> however many there are, and the anchor is the weights times
    /// that share.
    /// </summary>
    AsReleased,
}
