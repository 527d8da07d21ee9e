namespace Amend.Shipping.Exporting;

/// <summary>How far a work over the files or tensors of a model is.</summary>
/// <param name="What">What is begun, such as a file's name.</param>
/// <param name="Done">How many are done.</param>
/// <param name="All">How many there are.</param>
public sealed record TensorProgress(string What, int Done, int All);
