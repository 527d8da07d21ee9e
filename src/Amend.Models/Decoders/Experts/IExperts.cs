using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>The experts of a mixture, each an MLP.</summary>
internal interface IExperts
{
    /// <summary>
    /// The input of an expert's down projection, <c>[N,F]</c>, of its tokens' states, <c>[N,D]</c>; in the caller's dispose scope.
    /// </summary>
    Tensor Key(int expert, Tensor value);

    /// <summary>
    /// The output of an expert's down projection, <c>[N,D]</c>, of its keys, <c>[N,F]</c>; in the caller's dispose scope.
    /// </summary>
    Tensor Out(int expert, Tensor key);
}
