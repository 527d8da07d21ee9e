using Amend.Models.Configuration;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Effects;

/// <summary>
/// The effects of the edits that are applied to a model, in order. The state of the model is the fold over them: of each weight the base
/// and the exact sum of its changes, of each layer's adaptor the effects on it, of what is put in front of prompts the effects on that.
/// Edits can be taken back in any order; the state is then, bit for bit, the one of those that remain, and after the last one the bytes
/// are the base's.
/// </summary>
public sealed class AppliedEffects : IDisposable
{
    private readonly List<AppliedEdit> _edits = [];
    private readonly Dictionary<string, AppliedEdit> _byId = new(StringComparer.Ordinal);
    private readonly EditedWeights _weights;
    private readonly FoldedAdaptors _adaptors;
    private readonly FoldedPreamble _preamble;
    private readonly TapSet _taps;

    internal AppliedEffects(WeightTable weights)
    {
        (_weights, _taps) = (new EditedWeights(weights), weights.Taps);
        (_adaptors, _preamble) = (new FoldedAdaptors(_taps), new FoldedPreamble(_taps));
    }

    /// <summary>The ids of the applied edits, in order.</summary>
    public IReadOnlyList<string> Ids => [.. _edits.Select(edit => edit.Id)];

    /// <summary>Whether an applied edit changes what a layer gives out, so that the model is more than its weights.</summary>
    public bool HasAdaptors => _adaptors.Any;

    /// <summary>Whether an applied edit puts text in front of prompts, so that the model is more than its weights.</summary>
    public bool HasPreamble => _preamble.Any;

    /// <summary>Whether an edit with the id is applied.</summary>
    public bool Contains(string id) => _byId.ContainsKey(id);

    /// <summary>
    /// What the applied edits left to later ones at a weight, in the order of the edits. It belongs to the edits, so it is gone once they
    /// are taken back.
    /// </summary>
    /// <param name="weight">The weight's name.</param>
    /// <param name="name">What was left, such as <c>keys</c>.</param>
    public IReadOnlyList<MemoryEffect> MemoriesOf(string weight, string name) =>
        [.. EffectsOn<MemoryEffect>(weight).Where(memory => memory.Name == name)];

    /// <summary>
    /// The effects of a kind that the applied edits have on a weight, each with its edit's id, in their order; they stay the edits'.
    /// </summary>
    public IReadOnlyList<(string Edit, TEffect Effect)> EffectsOf<TEffect>(string weight)
        where TEffect : IEditEffect =>
        [.. from edit in _edits from effect in edit.Effects.OfType<TEffect>() where effect.Weight == weight select (edit.Id, effect)];

    /// <summary>What the applied edits have made of a linear layer's output; null where they leave it. It belongs to the model.</summary>
    /// <param name="weight">The name of the layer's weight.</param>
    public IAdaptor? AdaptorOn(string weight) => _adaptors.Of(weight);

    /// <summary>A weight as it is without any edit; it belongs to the model and must not be changed.</summary>
    /// <exception cref="ModelFormatException">No weight has the name.</exception>
    public Tensor BaseOf(string weight) => _weights.BaseOf(weight);

    /// <summary>
    /// Opens a view of the model with some of the applied edits only, in the order in which they were applied; none of them for the
    /// base. Within it passes of this thread give bit for bit what they would give once the other edits were taken back.
    /// </summary>
    /// <param name="ids">The ids of the edits.</param>
    /// <returns>The view; the caller disposes. No edit can be applied or taken back while it is open.</returns>
    /// <exception cref="InvalidOperationException">No edit with one of the ids is applied.</exception>
    public WeightView View(params IReadOnlyCollection<string> ids)
    {
        List<AppliedEdit> wanted = [.. ids.Select(Find)];
        return View([.. _edits.Where(wanted.Contains)]);
    }

    /// <summary>
    /// Opens a view of the model with some edits in the given order, of which some may not be applied, as they may have been earlier.
    /// Within it passes of this thread give bit for bit what they would give with those edits applied.
    /// </summary>
    /// <param name="ids">The ids of the edits, in order.</param>
    /// <param name="effectsOf">The effects of an edit that is not applied; the view takes them over.</param>
    /// <returns>The view; the caller disposes. No edit can be applied or taken back while it is open.</returns>
    /// <exception cref="ModelFormatException">An effect is not of this model.</exception>
    public WeightView View(IReadOnlyList<string> ids, Func<string, IReadOnlyList<IEditEffect>> effectsOf)
    {
        var others = new List<AppliedEdit>();
        try
        {
            List<AppliedEdit> wanted = [.. ids.Select(id => _byId.GetValueOrDefault(id) ?? Other(id))];
            var view = View(wanted);
            others.ForEach(view.Own);
            return view;
        }
        catch
        {
            others.ForEach(other => other.Dispose());
            throw;
        }

        AppliedEdit Other(string id)
        {
            others.Add(new AppliedEdit(id, effectsOf(id)));
            foreach (var effect in others[^1].Effects)
                Check(effect);
            return others[^1];
        }
    }

    private WeightView View(IReadOnlyList<AppliedEdit> wanted)
    {
        string[] weights = [.. wanted.SelectMany(edit => edit.Weights).Distinct()];
        var view = _weights.View(weights, weight => [.. EffectsOn<WeightEffect>(weight, wanted)]);
        try
        {
            _adaptors.ShowIn(view, weights, weight =>
            {
                List<IAdaptorEffect> effects = [.. EffectsOn<IAdaptorEffect>(weight, wanted)];
                return effects.SequenceEqual(EffectsOn<IAdaptorEffect>(weight)) ? null : effects;
            });
            _preamble.ShowIn(view, PreambleOf(wanted));
            return view;
        }
        catch
        {
            view.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a view of the base, as <see cref="View(IReadOnlyCollection{string})"/> of no edit, that is not seen by what this thread has
    /// opened over the model's taps before, and does not see it: for a look at the model aside from what is being done with it.
    /// </summary>
    /// <returns>The view; the caller disposes.</returns>
    public WeightView ViewAside()
    {
        var aside = _taps.SetAside();
        try
        {
            var view = View();
            view.Own(aside);
            return view;
        }
        catch
        {
            aside.Dispose();
            throw;
        }
    }

    /// <summary>Applies the effects of an edit.</summary>
    /// <param name="id">The edit's id.</param>
    /// <param name="effects">What the edit does, in order; they are cloned.</param>
    /// <exception cref="InvalidOperationException">An edit with the id is applied already, or a view of the model is open.</exception>
    /// <exception cref="ModelFormatException">A weight is unknown or of another shape; nothing is changed then.</exception>
    /// <exception cref="Tensors.AmendException">An adaptor is for what is no linear layer; nothing is changed then.</exception>
    public void Apply(string id, IReadOnlyList<IEditEffect> effects) => Apply([(id, effects)]);

    /// <summary>Applies the effects of edits, in order, all of them or none; each weight is written once.</summary>
    /// <param name="edits">The edits' ids, and what each does, in order, which is cloned.</param>
    /// <inheritdoc cref="Apply(string, IReadOnlyList{IEditEffect})"/>
    public void Apply(IReadOnlyList<(string Id, IReadOnlyList<IEditEffect> Effects)> edits)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        if (edits.FirstOrDefault(edit => Contains(edit.Id) || !given.Add(edit.Id)).Id is { } twice)
            throw new InvalidOperationException($"Edit '{twice}' is applied already; revert it before applying it again.");
        _weights.RefuseWhileViewed();
        foreach (var effect in edits.SelectMany(edit => edit.Effects))
            Check(effect);
        var added = new List<AppliedEdit>();
        try
        {
            foreach (var (id, effects) in edits)
            {
                added.Add(new AppliedEdit(id, [.. effects.Select(effect => effect.Clone())]));
                _byId.Add(id, added[^1]);
                _edits.Add(added[^1]);
                foreach (var effect in added[^1].Effects)
                    Fold(effect);
            }

            Show(added);
        }
        catch
        {
            Withdraw(added);
            foreach (var weight in added.SelectMany(edit => edit.Weights).Distinct())
                _weights.Rebuild(weight, [.. EffectsOn<WeightEffect>(weight)]);
            Show(added);
            added.ForEach(edit => edit.Dispose());
            throw;
        }
    }

    /// <summary>Takes edits back; each weight is written once.</summary>
    /// <exception cref="InvalidOperationException">No edit with one of the ids is applied, or a view of the model is open.</exception>
    public void Revert(params IReadOnlyList<string> ids)
    {
        List<AppliedEdit> edits = [.. ids.Select(Find).Distinct()];
        _weights.RefuseWhileViewed();
        Withdraw(edits);
        foreach (var change in edits.SelectMany(edit => edit.Effects).OfType<WeightEffect>())
            _weights.Remove(change, () => [.. EffectsOn<WeightEffect>(change.Weight)]);
        Show(edits);
        edits.ForEach(edit => edit.Dispose());
    }

    /// <summary>Takes all edits back.</summary>
    /// <exception cref="InvalidOperationException">A view of the model is open.</exception>
    public void RevertAll()
    {
        _weights.RefuseWhileViewed();
        List<AppliedEdit> edits = [.. _edits];
        _edits.Clear();
        _byId.Clear();
        foreach (var weight in edits.SelectMany(edit => edit.Weights).Distinct())
        {
            _weights.Rebuild(weight, []);
            _weights.Show(weight);
            _adaptors.Rebuild(weight, [], 0);
        }

        _preamble.Rebuild([]);
        edits.ForEach(edit => edit.Dispose());
    }

    /// <summary>Frees what belongs to the edits; the weights stay as they are.</summary>
    public void Dispose()
    {
        _adaptors.Dispose();
        _preamble.Dispose();
        _weights.Dispose();
        _edits.ForEach(edit => edit.Dispose());
        _edits.Clear();
        _byId.Clear();
    }

    private void Check(IEditEffect effect)
    {
        _weights.Check(effect);
        if (effect is IAdaptorEffect adaptor)
            _adaptors.Check(adaptor);
    }

    private void Fold(IEditEffect effect)
    {
        if (effect is WeightEffect change)
            _weights.Add(change);
        else if (effect is IAdaptorEffect adaptor)
            _adaptors.Fold(adaptor);
        else if (effect is IPreambleEffect preamble)
            _preamble.Fold(preamble);
    }

    /// <summary>Takes edits off the list, and folds the adaptors and the preamble that they had a part in from those that remain.</summary>
    private void Withdraw(List<AppliedEdit> edits)
    {
        var before = _edits.Count; // So many, from the first, all stood before what is taken off.
        foreach (var edit in edits.Where(edit => _byId.Remove(edit.Id)))
        {
            var place = _edits.FindLastIndex(one => ReferenceEquals(one, edit));
            _edits.RemoveAt(place);
            before = Math.Min(before, place);
        }

        foreach (var weight in edits.SelectMany(edit => edit.Effects).OfType<IAdaptorEffect>().Select(effect => effect.Weight).Distinct())
        {
            var unchanged = EffectsOn<IAdaptorEffect>(weight, _edits.Take(before)).Count();
            _adaptors.Rebuild(weight, [.. EffectsOn<IAdaptorEffect>(weight)], unchanged);
        }

        if (edits.Any(edit => edit.Effects.Any(effect => effect is IPreambleEffect)))
            _preamble.Rebuild(PreambleOf(_edits));
    }

    private void Show(List<AppliedEdit> edits)
    {
        foreach (var weight in edits.SelectMany(edit => edit.Effects).OfType<WeightEffect>().Select(change => change.Weight).Distinct())
            _weights.Show(weight);
    }

    private IEnumerable<TEffect> EffectsOn<TEffect>(string weight, IEnumerable<AppliedEdit>? edits = null)
        where TEffect : IEditEffect => (edits ?? _edits)
        .SelectMany(edit => edit.Effects)
        .OfType<TEffect>()
        .Where(effect => effect.Weight == weight);

    private static IEnumerable<IPreambleEffect> PreambleOf(IEnumerable<AppliedEdit> edits) =>
        edits.SelectMany(edit => edit.Effects.OfType<IPreambleEffect>());

    private AppliedEdit Find(string id) => _byId.GetValueOrDefault(id)
        ?? throw new InvalidOperationException($"Edit '{id}' is not applied; applied: {string.Join(", ", Ids)}.");

    private sealed record AppliedEdit(string Id, IReadOnlyList<IEditEffect> Effects) : IDisposable
    {
        public IEnumerable<string> Weights => Effects.Select(effect => effect.Weight).Distinct();

        public void Dispose()
        {
            foreach (var effect in Effects)
                effect.Dispose();
        }
    }
}
