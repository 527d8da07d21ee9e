using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>A tensor and the name that a file keeps it by; the tensor stays its owner's.</summary>
/// <param name="Name">Its name, unique among those it is kept with.</param>
/// <param name="Value">The tensor, which is changed in place.</param>
public sealed record NamedTensor(string Name, Tensor Value);
