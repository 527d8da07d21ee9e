using Amend.Models.Taps;

namespace Amend.Models.Effects;

/// <summary>
/// What stands in front of prompts is changed, and neither weight nor layer: the effect folds into the model's preamble. As with adaptors,
/// what the preamble does may depend on the order of the effects, and it does not outlive them. The effect's weight names the layer at
/// which it reads prompts.
/// </summary>
public interface IPreambleEffect : IEditEffect
{
    /// <summary>Folds this effect into the preamble of the ones before it.</summary>
    /// <param name="before">
    /// What the model has, null for none. It is handed over: it may be changed and given back, or disposed. Where this fails it must be as
    /// it was.
    /// </param>
    /// <returns>The model's preamble with this effect; disposed, where it is disposable, by the model.</returns>
    IPreamble Fold(IPreamble? before);
}
