using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>
/// A change of what a linear layer gives out, or of a value near it, that is no change of its weight; it is the same at every pass until
/// it is taken away.
/// </summary>
public interface IAdaptor
{
    /// <summary>
    /// The site whose value it changes instead of the layer's output, such as the residual stream after the layer's block; null, the
    /// default, for the layer's output. At a site it is given the value as both input and output.
    /// </summary>
    Site? Place => null;

    /// <summary>
    /// Whether it must be told where prompts end, as one that answers for whole prompts must; true by default. One that looks at tokens
    /// alone holds in any pass.
    /// </summary>
    bool NeedsPromptEnds => true;

    /// <summary>Changes what the layer gives out, within the graph of gradients.</summary>
    /// <param name="input">What the layer was given, <c>[B,T,in]</c>; <c>[..,in]</c> outside of the blocks.</param>
    /// <param name="output">What it makes of it, <c>[B,T,out]</c>; <c>[..,out]</c> outside of the blocks.</param>
    /// <param name="pass">
    /// The pass, which says where prompts end (<see cref="AttentionScope.PromptEnds"/>); null for layers of the embedding and of the
    /// head, which belong to no pass.
    /// </param>
    /// <returns>A tensor of the output's shape and type in the caller's dispose scope, or <paramref name="output"/> itself.</returns>
    Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass);
}
