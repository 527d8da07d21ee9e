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
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(model, [.. requests.Select(request => (request.FilledPrompt, request.TargetNew))]);
        using var trace = new LinearTrace(model.Transformer.Taps, weights);
        return trace.Gradients(batch.Loss()).ToDictionary(
            layer => layer.Key,
            layer => new LinearGradient(
                layer.Value.Input.detach().MoveToOuterDisposeScope(), layer.Value.Output.detach().MoveToOuterDisposeScope()),
            StringComparer.Ordinal);
    }
}
