using Amend.Models.Weights;

namespace Amend.Editing.Tuning;

/// <summary>Weights of a model while they are tuned together. Disposing puts each back bit for bit.</summary>
internal sealed class TunedWeights : IDisposable
{
    private readonly List<TunedWeight> _all = [];

    /// <summary>Begins to tune weights, which from now on ask for gradients.</summary>
    public TunedWeights(IEnumerable<ModelWeight> weights)
    {
        try
        {
            foreach (var weight in weights)
                _all.Add(new TunedWeight(weight));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The weights, in order; they belong to this.</summary>
    public IReadOnlyList<TunedWeight> All => _all;

    /// <summary>Adds the change of each weight to a set, which owns it from then on.</summary>
    public void AddTo(DeltaSet deltas)
    {
        foreach (var weight in _all)
            deltas.Add(weight.Name, weight.ToDelta());
    }

    /// <inheritdoc/>
    public void Dispose() => _all.ForEach(weight => weight.Dispose());
}
