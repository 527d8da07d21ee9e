namespace Amend.Tensors.Files.PyTorch;

/// <summary>What a pickle says of a storage, the memory that tensors are views of.</summary>
/// <param name="Type">Its elements.</param>
/// <param name="Key">The name of its entry under <c>data/</c>.</param>
/// <param name="Count">How many elements it has.</param>
internal sealed record TorchStorage(TorchStorageType Type, string Key, long Count);
