using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;

namespace Amend.Shipping;

/// <summary>The steps of a check, told to whoever watches, and ended where that is asked.</summary>
/// <param name="progress">Who watches; nobody when null.</param>
/// <param name="stop">Ends the work between two steps.</param>
internal sealed class CheckSteps(IProgress<TensorProgress>? progress, CancellationToken stop)
{
    private static readonly CheckStep[] All = Enum.GetValues<CheckStep>();

    /// <summary>Tells of a step.</summary>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public void Begin(CheckStep step)
    {
        stop.ThrowIfCancellationRequested();
        var what = step == CheckStep.WithEdits ? "asked with edits" : "asked without edits";
        progress?.Report(new TensorProgress(what, (int)step, All.Length));
    }
}
