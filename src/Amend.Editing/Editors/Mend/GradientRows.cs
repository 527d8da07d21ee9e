using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Mend;

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

    /// <summary>Runs edits forward and back once; no gradient stays on.</summary>
    /// <param name="model">The model as it is.</param>
    /// <param name="weights">The names of the matrices.</param>
    /// <param name="edits">Prompts with their targets.</param>
    /// <param name="shares">What each edit's mean loss a token counts for.</param>
    /// <returns>The rows of each matrix, detached, in the caller's dispose scope.</returns>
    /// <exception cref="ArithmeticException">The loss is no number.</exception>
    public static IReadOnlyDictionary<string, GradientRows> Take(
        LanguageModel model, IReadOnlyList<string> weights, TargetBatch edits, IReadOnlyList<double> shares)
    {
        using var on = enable_grad();
        using var scope = NewDisposeScope();
        using var trace = new LinearTrace(model.Transformer.Taps, weights);
        var loss = edits.Loss(shares);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new ArithmeticException(
                $"The loss of {edits.Count} edits is {value} before anything was changed; check the weights of '{model.Name}' and "
                + "the edits that it has.");
        }

        return trace.Gradients(loss).ToDictionary(layer => layer.Key, layer => Of(layer.Value, edits.Count).MoveToOuterDisposeScope());
    }

    /// <summary>The rows that are left of a layer's tokens.</summary>
    private static GradientRows Of(LinearGradient gradient, int edits)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (gradient.Input.detach().to(float32), gradient.Output.detach().to(float32));
        var kept = inputs.ne(0).any(1).logical_and(outputs.ne(0).any(1)).nonzero().squeeze(1);
        var tokens = inputs.shape[0] / edits; // Texts are padded to one length.
        return new GradientRows(inputs.index_select(0, kept), outputs.index_select(0, kept), kept.floor_divide(tokens)).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the tensors out of the present dispose scope.</summary>
    private GradientRows MoveToOuterDisposeScope()
    {
        foreach (var tensor in (Tensor[])[Inputs, Outputs, Edits])
            tensor.MoveToOuterDisposeScope();
        return this;
    }
}
