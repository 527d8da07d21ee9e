using Amend.Editing.Adaptors;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Defer;

/// <summary>
/// Settings of Defer; names and defaults are those of Thartvigsen/GRACE's <c>config/editor/defer.yaml</c> where it has them.
/// </summary>
public sealed record DeferOptions : AdaptorOptions
{
    /// <summary>Adam's rate; 0.1 by default.</summary>
    public override double EditLr { get; init; } = 0.1;

    /// <summary>The gate from which the layer's output is replaced; 0.5 by default.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Share("threshold", Threshold);
    }
}
