using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Models.Effects;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>What the update of one layer is solved from; the tensors live in the caller's dispose scope or belong to the model.</summary>
/// <param name="Model">The model, with the layers below updated.</param>
/// <param name="Statistics">Where second moments come from.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Keys">The keys of the requests as columns, <c>[F,N]</c> float64.</param>
/// <param name="Past">The keys that applied edits of this weight were made for, <c>[F,M]</c> float32 each.</param>
internal sealed record LayerKeys(LanguageModel Model, ISecondMomentSource Statistics, int Layer, Tensor Keys, IReadOnlyList<Tensor> Past)
{
    private const string Name = "keys";

    /// <summary>The keys that applied edits of a weight were made for, <c>[F,M]</c> float32 each, which belong to the model.</summary>
    public static IReadOnlyList<Tensor> PastOf(LanguageModel model, string weight) =>
        [.. model.Applied.MemoriesOf(weight, Name).Select(memory => memory.Values[Name])];

    /// <summary>The keys as what the edit leaves to later ones of the weight; the caller disposes.</summary>
    public MemoryEffect ToMemory(string weight)
    {
        using var keys = Keys.to(float32);
        return new MemoryEffect(weight, Name, new Dictionary<string, Tensor> { [Name] = keys });
    }
}
