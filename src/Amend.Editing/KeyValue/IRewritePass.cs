using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// The model's answers on a rewrite batch with a vector for each request added to the residual stream after the edited layer, at
/// the request's lookup tokens: the same as adding it to the MLP's output.
/// </summary>
internal interface IRewritePass : IDisposable
{
    /// <summary>Runs the model with the vectors added.</summary>
    /// <param name="delta_ND">A vector for each request, <c>[N,D]</c>, float32; gradients flow to them.</param>
    /// <returns>
    /// Logits at the places of the rewriting prompts' target tokens, <c>[P,V]</c>, request by request and prompt by prompt, and
    /// at each essence prompt's token, <c>[N,V]</c>, both float32, in the caller's dispose scope.
    /// </returns>
    (Tensor Target, Tensor Essence) Run(Tensor delta_ND);

    /// <summary>Leaves requests out of the runs to come.</summary>
    /// <param name="requests">Those that stay, by their places in the batch as it is now.</param>
    void Keep(IReadOnlyList<int> requests);
}
