namespace Amend.Editing.Editors.FineTuning;

/// <summary>The norm of the ball around the weights as they were, in which constrained fine-tuning stays (Zhu et al. 2020).</summary>
public enum BallNorm
{
    /// <summary>L∞: every element changes by at most the radius.</summary>
    Linf,

    /// <summary>L2: the change of all tuned weights together has at most the radius as its Euclidean norm.</summary>
    L2,
}
