namespace Amend.Tensors.Files.PyTorch;

/// <summary>Checks that a tensor which a pickle describes lies within its storage.</summary>
internal static class TorchViews
{
    /// <summary>The most dimensions that libtorch computes with.</summary>
    private const int MostDimensions = 64;

    /// <summary>
    /// The tensor of <c>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)</c>; null where the
    /// arguments are of another form, reach out of the storage, or repeat elements so that there are more than it has.
    /// </summary>
    public static TorchTensor? RebuildTensor(object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, object?[] size, object?[] stride, bool, PickleDict { Keys.Count: 0 }, ..]
            || arguments.Length > 7
            || offset < 0
            || size.Length != stride.Length
            || size.Length > MostDimensions)
        {
            return null;
        }

        try
        {
            long count = 1, last = 0;
            var (shape, steps) = (new long[size.Length], new long[size.Length]);
            for (var i = 0; i < size.Length; i++)
            {
                if (size[i] is not (long and >= 0) || stride[i] is not (long and >= 0))
                    return null;
                (shape[i], steps[i]) = ((long)size[i]!, (long)stride[i]!);
                count = checked(count * shape[i]);
                last = checked(last + (Math.Max(0, shape[i] - 1) * steps[i]));
            }

            var span = count == 0 ? 0 : last + 1;
            return count <= storage.Count && checked(offset + span) <= storage.Count
                ? new TorchTensor(storage, offset, shape, steps, span)
                : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
