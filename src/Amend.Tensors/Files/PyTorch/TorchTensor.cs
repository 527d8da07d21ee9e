namespace Amend.Tensors.Files.PyTorch;

/// <summary>What a pickle says of a tensor: a view of a storage, checked to lie within it.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">Its first element in the storage.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Stride">The steps of its dimensions, in elements.</param>
/// <param name="Span">How many elements of the storage lie between its first and its last, both counted.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Stride, long Span)
{
    /// <summary>Whether its elements lie in order, without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long step = 1;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Stride[i] != step)
                    return Span == 0;
                step *= Shape[i];
            }

            return true;
        }
    }
}
