using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>The model's answers on a rewrite batch with a vector added to the MLP's output at the lookup tokens.</summary>
internal interface IRewritePass : IDisposable
{
    /// <summary>Runs the model with the vector added.</summary>
    /// <param name="delta">The vector, <c>[D]</c>, float32; gradients flow to it.</param>
    /// <returns>
    /// Logits at the places of the rewriting prompts' target tokens, <c>[N*R,V]</c>, and at the essence prompt's token,
    /// <c>[1,V]</c>, both float32, in the caller's dispose scope.
    /// </returns>
    (Tensor Target, Tensor Essence) Run(Tensor delta);
}
