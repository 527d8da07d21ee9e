using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>What the forms of a delta share: keys that fit the weight, and copies that the delta owns.</summary>
internal static class DeltaKeys
{
    /// <summary>Refuses keys that are no matrix with the weight's number of inputs as height.</summary>
    public static void Refuse(Tensor? keys, long inputs)
    {
        if (keys is not null && (keys.dim() != 2 || keys.shape[0] != inputs || !keys.is_floating_point()))
        {
            throw new ArgumentException(
                $"The keys have shape [{string.Join(", ", keys.shape)}] and type {keys.dtype} and the weight {inputs} inputs; "
                    + $"give a floating [{inputs}, N].",
                nameof(keys));
        }
    }

    /// <summary>A float32 copy outside all dispose scopes.</summary>
    public static Tensor Owned(Tensor value)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return value.detach().to(ScalarType.Float32).clone().DetachFromDisposeScope();
    }
}
