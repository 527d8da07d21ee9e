namespace Amend.Tensors.Native;

/// <summary>Which kernels libtorch multiplies matrices with.</summary>
/// <param name="Kernels">The kernels.</param>
/// <param name="Reason">Why these, in a few words.</param>
public sealed record KernelChoice(MatrixKernels Kernels, string Reason);

/// <summary>Kernels of Intel's MKL, the library that libtorch multiplies with on x86-64.</summary>
public enum MatrixKernels
{
    /// <summary>Those that libtorch takes by itself.</summary>
    AsShipped,

    /// <summary>Those that MKL otherwise keeps for Intel's processors.</summary>
    OfIntel,
}
