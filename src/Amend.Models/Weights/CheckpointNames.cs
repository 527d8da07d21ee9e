namespace Amend.Models.Weights;

/// <summary>
/// The names of a checkpoint's tensors without what wraps a model while it is trained: <c>torch.compile</c>, data parallelism,
/// sharding and recomputation put a component of their own into the names of all that they wrap, and
/// <c>state_dict()</c> keeps it.
/// </summary>
internal sealed class CheckpointNames
{
    /// <summary>What can stand anywhere in a name.</summary>
    private static readonly string[] Wrappers = ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];

    /// <summary>What <c>DataParallel</c> and <c>DistributedDataParallel</c> put in front.</summary>
    private const string Parallel = "module";

    private readonly Dictionary<string, string> _inFile = new(StringComparer.Ordinal);

    /// <summary>Takes the wrappers off the names of a file; of two that are then alike, the one without wrappers is meant.</summary>
    public CheckpointNames(IReadOnlyList<string> names)
    {
        foreach (var name in names.OrderBy(name => name.Length))
            _inFile.TryAdd(Bare(name), name);
    }

    /// <summary>The name in the file of a tensor; null where there is none.</summary>
    public string? InFile(string name) => _inFile.GetValueOrDefault(name);

    /// <summary>A name without wrappers.</summary>
    public static string Bare(string name) =>
        string.Join('.', name.Split('.').SkipWhile(part => part == Parallel || Wrappers.Contains(part))
            .Where(part => !Wrappers.Contains(part)));
}
