using Amend.Server.Serving;

namespace Amend.Studio.History;

/// <summary>What the weights of a model are now, by what is in memory.</summary>
/// <param name="State">The state.</param>
/// <param name="Base">The hash of the weights as loaded, before any edit.</param>
/// <param name="Now">The hash of the weights as they are now, counted anew.</param>
public sealed record WeightsProof(ModelState State, string Base, string Now)
{
    /// <summary>Whether the weights are, bit for bit, those without edits.</summary>
    public bool IsBase => Base == Now;

    /// <summary>Reads all weights of a model.</summary>
    public static Task<WeightsProof> OfAsync(ServedModel model, CancellationToken stop) => model.LookAsideAsync(
        at: null, (session, state) => new WeightsProof(state, session.Store.BaseHash, session.Model.Weights.Hash()), stop);
}
