using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>Experts with weights of their own.</summary>
/// <param name="All">The experts, in order.</param>
internal sealed record SeparateExperts(IReadOnlyList<DenseMlp> All) : IExperts
{
    /// <inheritdoc/>
    public Tensor Key(int expert, Tensor value) => All[expert].Key(value);

    /// <inheritdoc/>
    public Tensor Out(int expert, Tensor key) => All[expert].Down.Apply(key);
}
