namespace Amend.Cluster.Orders;

/// <summary>A model as another machine finds it.</summary>
/// <param name="Name">What it is called: an embedded model's name, or what its folder or file is called.</param>
/// <param name="Hash">The hash of its weights without edits, which a worker's must have.</param>
/// <param name="Type">The type of its weights in memory, as TorchSharp calls it.</param>
public sealed record ModelReference(string Name, string Hash, TorchSharp.torch.ScalarType Type)
{
    /// <summary>Its files in the shared store, by their names in the model's folder; null where it comes with the program.</summary>
    public IReadOnlyDictionary<string, string>? Files { get; init; }

    /// <summary>
    /// What editors use of it, statistics of its keys and trained networks, by their names in Amend's home; where there is no shared store,
    /// workers have their own.
    /// </summary>
    public IReadOnlyDictionary<string, string> HomeFiles { get; init; } = new Dictionary<string, string>();
}

/// <summary>A file in the shared store.</summary>
/// <param name="Name">What it is called, without folders.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
public sealed record SharedFile(string Name, string Hash);
