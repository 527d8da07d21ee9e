using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// The gradient that networks turn into changes: of the mean loss of requests' targets, see <see cref="TargetBatch.Loss"/>, on the model
/// as it is.
/// </summary>
internal static class RequestGradients
{
    /// <summary>Takes the gradient, whatever the caller's gradient mode is; no parameter asks for gradients on the way.</summary>
    /// <param name="model">The model, with its edits and open views.</param>
    /// <param name="requests">At least one.</param>
    /// <param name="weights">The names of weights of linear layers.</param>
    /// <returns>
    /// By weight its factors, detached, of all tokens of all requests: ∇W = δᵀ u. In the caller's dispose scope.
    /// </returns>
    /// <exception cref="Amend.Tensors.AmendException">
    /// A request cannot be used with the model, or a weight is no linear layer's.
    /// </exception>
    public static IReadOnlyDictionary<string, LinearGradient> Take(
        LanguageModel model, IReadOnlyList<EditRequest> requests, IReadOnlyList<string> weights)
    {
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, [.. requests.Select(request => (request.FilledPrompt, request.TargetNew))]);
        return Take(model, batch, weights).ToDictionary(
            layer => layer.Key,
            layer => new LinearGradient(layer.Value.Input.MoveToOuterDisposeScope(), layer.Value.Output.MoveToOuterDisposeScope()),
            StringComparer.Ordinal);
    }

    /// <summary>Takes the gradient of a batch's loss, see <see cref="TargetBatch.Loss"/>.</summary>
    /// <param name="model">The model, with its edits and open views.</param>
    /// <param name="batch">Prompts and targets.</param>
    /// <param name="weights">The names of weights of linear layers.</param>
    /// <param name="shares">What each pair's mean loss a token counts for; 1/B each when null.</param>
    /// <returns>By weight its factors, detached, of all tokens of all pairs; in the caller's dispose scope.</returns>
    /// <exception cref="Amend.Tensors.AmendException">A weight is no linear layer's.</exception>
    /// <exception cref="ArithmeticException">The loss is no number.</exception>
    public static IReadOnlyDictionary<string, LinearGradient> Take(
        LanguageModel model, TargetBatch batch, IReadOnlyList<string> weights, IReadOnlyList<double>? shares = null)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var trace = new LinearTrace(model.Transformer.Taps, weights);
        var loss = batch.Loss(shares);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new ArithmeticException(
                $"The loss of {batch.Count} edits is {value} before anything was changed; check the weights of '{model.Name}' and "
                + "the edits that it has.");
        }

        return trace.Gradients(loss).ToDictionary(
            layer => layer.Key,
            layer => new LinearGradient(
                layer.Value.Input.detach().MoveToOuterDisposeScope(), layer.Value.Output.detach().MoveToOuterDisposeScope()),
            StringComparer.Ordinal);
    }
}
