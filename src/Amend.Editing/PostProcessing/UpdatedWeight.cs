using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>A weight that is about to be updated; the tensors stay the model's.</summary>
/// <param name="Base">The weight without any edit, <c>[out,in]</c>.</param>
/// <param name="Present">The weight as it is now, with earlier edits.</param>
internal readonly record struct UpdatedWeight(Tensor Base, Tensor Present);
