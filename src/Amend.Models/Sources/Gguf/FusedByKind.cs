using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// Rows of one fused projection that the file holds as all queries, all keys, all values, and a checkpoint as query, key and value of
/// head after head: GPT-NeoX. The projection of a block is copied once.
/// </summary>
/// <param name="heads">The number of heads.</param>
public sealed class FusedByKind(int heads) : IGgufValues
{
    private const int Kinds = 3;

    /// <inheritdoc/>
    public long[] ShapeOf(long[] stored) => stored;

    /// <inheritdoc/>
    public Tensor Load(Func<ScalarType, Tensor> read, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var byKind = read(dtype);
        var width = byKind.shape[0] / (Kinds * heads);
        return byKind.view([Kinds, heads, width, -1]).transpose(0, 1).reshape(byKind.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor ToFile(Tensor value) =>
        value.reshape([heads, Kinds, value.shape[0] / heads / Kinds, -1]).transpose(0, 1).reshape(value.shape);
}
