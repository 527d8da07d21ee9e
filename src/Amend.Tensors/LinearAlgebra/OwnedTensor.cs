using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>The tensors that the forms of a delta own.</summary>
internal static class OwnedTensor
{
    /// <summary>
    /// A float32 copy outside all dispose scopes; its owner disposes it. It lies row by row, as what is read from a file does: the bits
    /// of a product may depend on how its factors lie.
    /// </summary>
    public static Tensor Copy(Tensor value)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return value.detach().to(ScalarType.Float32).contiguous().clone().DetachFromDisposeScope();
    }
}
