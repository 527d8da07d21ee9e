using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// Rows of one fused projection that the file holds as all queries, all keys, all values, and a checkpoint as queries, key and value of
/// group after group of heads: GPT-NeoX, whose groups are of one head, and Falcon. The projection of a block is copied once.
/// </summary>
/// <param name="heads">The number of heads.</param>
/// <param name="groups">The number of key and value heads.</param>
public sealed class FusedByKind(int heads, int groups) : IGgufValues
{
    private readonly int _rows = heads + (2 * groups);

    /// <inheritdoc/>
    public long[] ShapeOf(long[] stored) => stored;

    /// <inheritdoc/>
    public Tensor Load(Func<ScalarType, Tensor> read, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var byKind = read(dtype);
        var kinds = byKind.view([_rows, byKind.shape[0] / _rows, -1]).split([heads, groups, groups]);
        Tensor[] byGroup = [.. kinds.Select(kind => kind.view([groups, kind.shape[0] / groups, kind.shape[1], kind.shape[2]]))];
        return cat(byGroup, 1).reshape(byKind.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor ToFile(Tensor value)
    {
        var (ofGroup, queries) = (_rows / groups, heads / groups);
        var byGroup = value.reshape([groups, ofGroup, value.shape[0] / _rows, -1]);
        Tensor[] byKind = [byGroup.narrow(1, 0, queries), byGroup.narrow(1, queries, 1), byGroup.narrow(1, queries + 1, 1)];
        return cat([.. byKind.Select(kind => kind.flatten(0, 1))]).reshape(value.shape);
    }
}
