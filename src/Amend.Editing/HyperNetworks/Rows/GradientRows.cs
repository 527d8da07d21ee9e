using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>
/// The gradient of a loss for one matrix as rows, one a token of the edits' texts (Mitchell et al. 2022, section 3.2): dL/dW = Σ δ uᵀ.
/// Tokens that add nothing to it have no row.
/// </summary>
/// <param name="Inputs">u, the matrix's input, <c>[N,in]</c> float32.</param>
/// <param name="Outputs">δ, the gradient with respect to its output, <c>[N,out]</c> float32.</param>
/// <param name="Edits">The edit that each row belongs to, <c>[N]</c> int64.</param>
internal sealed record GradientRows(Tensor Inputs, Tensor Outputs, Tensor Edits)
{
    /// <summary>The number of rows.</summary>
    public long Count => Inputs.shape[0];

    /// <summary>The rows that are left of a layer's tokens.</summary>
    /// <param name="gradient">The factors of the gradient, of texts that are padded to one length.</param>
    /// <param name="edits">The edit that each text belongs to.</param>
    /// <returns>The rows, without gradients, in the caller's dispose scope.</returns>
    public static GradientRows Of(LinearGradient gradient, IReadOnlyList<int> edits)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (gradient.Input.to(float32), gradient.Output.to(float32));
        var kept = inputs.ne(0).any(1).logical_and(outputs.ne(0).any(1)).nonzero().squeeze(1);
        var tokens = inputs.shape[0] / edits.Count;
        var edits_B = tensor(edits.Select(edit => (long)edit).ToArray(), device: inputs.device);
        return new GradientRows(
            inputs.index_select(0, kept).MoveToOuterDisposeScope(),
            outputs.index_select(0, kept).MoveToOuterDisposeScope(),
            edits_B.index_select(0, kept.floor_divide(tokens)).MoveToOuterDisposeScope());
    }
}
