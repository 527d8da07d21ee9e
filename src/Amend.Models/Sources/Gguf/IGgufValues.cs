using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>How a converter laid the values of a module's tensors, and how they are put back.</summary>
public interface IGgufValues
{
    /// <summary>The shape that a tensor has in a checkpoint.</summary>
    /// <param name="stored">The shape that it has in the file, row by row.</param>
    long[] ShapeOf(long[] stored);

    /// <summary>Loads a tensor with its values as a checkpoint has them.</summary>
    /// <param name="read">Reads the tensor as the file has it, in a type, in the caller's dispose scope.</param>
    /// <param name="dtype">The type asked for.</param>
    /// <returns>The tensor, in the caller's dispose scope.</returns>
    Tensor Load(Func<ScalarType, Tensor> read, ScalarType dtype);

    /// <summary>Lays a checkpoint's values as the file has them, so that <see cref="Load"/> gives them again.</summary>
    /// <param name="value">The values as a checkpoint has them, or a factor with the tensor's rows.</param>
    /// <returns>A tensor in the caller's dispose scope; it may share the memory of the value.</returns>
    Tensor ToFile(Tensor value);
}
