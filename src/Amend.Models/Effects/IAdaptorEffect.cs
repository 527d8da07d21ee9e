using Amend.Models.Taps;

namespace Amend.Models.Effects;

/// <summary>
/// What a linear layer gives out is changed, and its weight is not: the effect folds into the layer's adaptor. What the adaptor does may
/// depend on the order of the effects, as a codebook's radii do, since it is folded again from those that remain when an edit is taken
/// back. An adaptor does not outlive its effects, so it may use their tensors.
/// </summary>
public interface IAdaptorEffect : IEditEffect
{
    /// <summary>Folds this effect into the adaptor of the ones before it.</summary>
    /// <param name="before">
    /// What the layer has, null for none. It is handed over: it may be changed and given back, or disposed. Where this fails it must be as
    /// it was.
    /// </param>
    /// <returns>The layer's adaptor with this effect; disposed, where it is disposable, by the model.</returns>
    IAdaptor Fold(IAdaptor? before);
}
