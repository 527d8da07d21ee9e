using Amend.Editing.LayerNetworks;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Effects;
using static TorchSharp.torch;

namespace Amend.Editing;

/// <summary>
/// How much of a model applied edits hold: the weights that they change, and networks at layers, each once however many edits change it,
/// and every entry of a codebook and key of a demonstration.
/// </summary>
/// <param name="model">The model.</param>
public sealed class EditedSize(LanguageModel model)
{
    private readonly HashSet<string> _weights = new(StringComparer.Ordinal);
    private readonly HashSet<string> _networks = new(StringComparer.Ordinal);

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
            else if (effect is LayerNetworkEffect ? _networks.Add(effect.Weight) : effect is IAdaptorEffect or IPreambleEffect)
                Bytes += EffectKind.Of(effect).Parts.Values.Sum(SizeOf);
        }
    }

    /// <summary>Begins anew, without edits.</summary>
    public void Clear()
    {
        _weights.Clear();
        _networks.Clear();
        Bytes = 0;
    }

    private static long SizeOf(Tensor tensor) => tensor.NumberOfElements * tensor.ElementSize;
}
