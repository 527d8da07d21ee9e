using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>The elements of tensors that managed code can reach: contiguous float32 in main memory.</summary>
internal static unsafe class PlainFloats
{
    /// <summary>Whether a tensor's elements are such.</summary>
    public static bool IsPlain(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    /// <summary>Where the elements of such a tensor begin; it must live while they are used.</summary>
    public static float* Start(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
