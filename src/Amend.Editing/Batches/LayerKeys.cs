using Amend.Editing.Statistics;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>What the update of one layer is solved from; the tensors live in the caller's dispose scope or belong to the model.</summary>
/// <param name="Model">The model, with the layers below updated.</param>
/// <param name="Statistics">Where second moments come from.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Keys">The keys of the requests as columns, <c>[F,N]</c> float64.</param>
/// <param name="Past">The keys that applied edits of this weight were made for, <c>[F,M]</c> float32 each.</param>
internal sealed record LayerKeys(LanguageModel Model, ISecondMomentSource Statistics, int Layer, Tensor Keys, IReadOnlyList<Tensor> Past);
