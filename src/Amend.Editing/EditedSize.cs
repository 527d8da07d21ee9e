using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Effects;
using static TorchSharp.torch;

namespace Amend.Editing;

/// <summary>
/// How much of a model applied edits hold: the weights that they change, each once however many edits change it, and the tensors of
/// their adaptors.
/// </summary>
/// <param name="model">The model.</param>
public sealed class EditedSize(LanguageModel model)
{
    private readonly HashSet<string> _weights = new(StringComparer.Ordinal);

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Counts an edit.</summary>
    /// <exception cref="ArgumentException">The edit has an adaptor that edit files do not know.</exception>
    public void Add(Edit edit)
    {
        foreach (var effect in edit.Effects)
        {
            if (effect is WeightEffect && _weights.Add(effect.Weight))
                Bytes += SizeOf(model.Weights[effect.Weight].Value);
            else if (effect is IAdaptorEffect)
                Bytes += EffectKind.Of(effect).Parts.Values.Sum(SizeOf);
        }
    }

    /// <summary>Begins anew, without edits.</summary>
    public void Clear()
    {
        _weights.Clear();
        Bytes = 0;
    }

    private static long SizeOf(Tensor tensor) => tensor.NumberOfElements * tensor.ElementSize;
}
