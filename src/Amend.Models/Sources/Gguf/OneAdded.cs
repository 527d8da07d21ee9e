using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>Values w that the file holds as 1 + w: Gemma's norms. The difference is taken in float32, before the type asked for.</summary>
public sealed class OneAdded : IGgufValues
{
    /// <inheritdoc/>
    public long[] ShapeOf(long[] stored) => stored;

    /// <inheritdoc/>
    public Tensor Load(Func<ScalarType, Tensor> read, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        return read(ScalarType.Float32).sub_(1).to(dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor ToFile(Tensor value) => value + 1;
}
