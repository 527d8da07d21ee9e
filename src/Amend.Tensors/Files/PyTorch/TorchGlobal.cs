namespace Amend.Tensors.Files.PyTorch;

/// <summary>A global that a pickle may name; nothing but a word here, and never looked up in any runtime.</summary>
/// <param name="Name">Module and name with a dot between.</param>
/// <param name="Storage">The storage type, where it is one.</param>
/// <param name="Call">What REDUCE makes of its arguments, where it can be called; null for arguments of another form.</param>
internal sealed record TorchGlobal(string Name, TorchStorageType? Storage = null, Func<object?[], object?>? Call = null)
{
    /// <summary>All that a state_dict needs; any other is refused by its name.</summary>
    public static IReadOnlyDictionary<string, TorchGlobal> Allowed { get; } = new TorchGlobal[]
    {
        new("collections.OrderedDict", Call: OrderedDict),
        new("torch._utils._rebuild_tensor_v2", Call: TorchViews.RebuildTensor),
        new("torch._utils._rebuild_parameter", Call: RebuildParameter),
    }.Concat(TorchStorageType.All.Select(type => new TorchGlobal($"torch.{type.Name}", type)))
        .ToDictionary(global => global.Name, StringComparer.Ordinal);

    private static PickleDict? OrderedDict(object?[] arguments) => arguments.Length == 0 ? new PickleDict { IsOrdered = true } : null;

    private static TorchTensor? RebuildParameter(object?[] arguments) =>
        arguments is [TorchTensor data, bool, PickleDict { Keys.Count: 0 }] ? data : null;
}
