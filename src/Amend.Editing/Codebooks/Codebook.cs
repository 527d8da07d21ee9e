using Amend.Models.Effects;
using Amend.Models.Passes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Codebooks;

/// <summary>
/// GRACE's adaptor (Hartvigsen et al. 2023, section 3): keys, values and deferral radii at a linear layer. Where the layer's input at a
/// prompt's last token is within the radius of the nearest key, tokens of the prompt get that entry's value in the place of the layer's
/// output; for all other prompts the layer is as it is. It is what its events give in their order, and can go back along them. Keys and
/// values are kept and compared in float32 on the CPU, so that the same events give the same bits on any device.
/// </summary>
public sealed class Codebook : IRewindable, IDisposable
{
    private readonly KeyDistance _distance;
    private readonly KeyIndex _keys;
    private readonly Rows _values;
    private readonly List<CodebookEntry> _entries = [];
    private readonly List<long> _fired = [];
    private readonly List<CodebookChange> _history = [];
    private double? _greatest;

    private Codebook(CodebookEffect first)
    {
        _distance = first.Rules.Distance;
        (_keys, _values) = (new KeyIndex(first.Key.shape[0], _distance), new Rows(first.Value.shape[0]));
    }

    /// <summary>The entries, in the order in which they were added.</summary>
    public IReadOnlyList<CodebookEntry> Entries => _entries;

    /// <summary>What each event did, in their order.</summary>
    public IReadOnlyList<CodebookStep> Steps => [.. _history.Select(change => change.Step)];

    /// <summary>The keys, <c>[N,in]</c>, float32, in the caller's dispose scope; they change with the codebook.</summary>
    public Tensor Keys => _keys.All;

    /// <summary>The values, <c>[N,out]</c>, float32, in the caller's dispose scope; they change with the codebook.</summary>
    public Tensor Values => _values.All;

    /// <summary>How many prompts an entry has fired for since it was added in this process.</summary>
    public long FiredOf(int entry) => _fired[entry];

    /// <summary>The distances of an entry's key to all keys, its own included.</summary>
    public IReadOnlyList<double> DistancesFrom(int entry)
    {
        using var scope = NewDisposeScope();
        return _keys.DistancesTo(_keys[entry]);
    }

    /// <summary>How the distance to a key is measured.</summary>
    internal KeyDistance Distance => _distance;

    /// <summary>The entry nearest to each input, its distance, and whether it fires; nothing is counted.</summary>
    /// <param name="queries_EF">The inputs, <c>[E,in]</c>, float32, on the CPU.</param>
    internal IReadOnlyList<NearestEntry> Find(Tensor queries_EF) =>
    [
        .. _keys.Nearest(queries_EF)
            .Select(found => new NearestEntry(found.Key, found.Distance, Fires(found.Key, found.Distance))),
    ];

    /// <summary>A codebook of one event; the caller disposes.</summary>
    internal static Codebook Begin(CodebookEffect first)
    {
        var book = new Codebook(first);
        book.Add(first);
        return book;
    }

    /// <summary>What an event would do, without doing it.</summary>
    /// <param name="key_F">The event's key, <c>[in]</c>, float32.</param>
    /// <param name="label">Its label.</param>
    /// <param name="rules">Its rules.</param>
    /// <exception cref="AmendException">The key or the distance is another than the codebook's.</exception>
    internal CodebookStep Decide(Tensor key_F, IReadOnlyList<int> label, CodebookRules rules)
    {
        if (rules.Distance != _distance || key_F.shape[0] != _keys.Width)
        {
            throw new AmendException(
                $"An entry with a key of {key_F.shape[0]} numbers and the distance '{rules.Distance}' was asked of a codebook of keys of "
                + $"{_keys.Width} and the distance '{_distance}'; take its edits back first, or use another layer.");
        }

        using var scope = NewDisposeScope();
        var distances = _keys.DistancesTo(key_F);
        if (rules.Rule == CodebookRule.Published)
            return PublishedRule.Decide(_entries, label, rules, distances);
        var rounding = KeySearch.RoundingAt(key_F.norm().item<float>(), _distance);
        return SoundRule.Decide(_entries, label, rules, distances, FromEntry, rounding);

        IReadOnlyList<double> FromEntry(int entry, bool moved) =>
            _keys.DistancesTo(moved ? Middle(_keys[entry], key_F) : _keys[entry]);
    }

    /// <summary>Takes in one more event; where it fails, nothing is changed.</summary>
    /// <exception cref="AmendException">Key, value or distance is another than the codebook's.</exception>
    internal void Add(CodebookEffect effect)
    {
        if (effect.Value.shape[0] != _values.Width)
        {
            throw new AmendException(
                $"A value of {effect.Value.shape[0]} numbers was asked of a codebook of values of {_values.Width}; the edit was made for "
                + "another model, apply it to that one.");
        }

        using var none = no_grad();
        using var scope = NewDisposeScope();
        var step = Decide(effect.Key, effect.Label, effect.Rules);
        int[] events = [.. step.IsNew ? [] : _entries[step.Entry].Events, _history.Count];
        var entry = new CodebookEntry(step.Radius, effect.Label, effect.Rules.Replacement, events);
        var change = new CodebookChange(step) { Entries = [.. step.Others.Select(other => (other.Entry, _entries[other.Entry]))] };
        if (step.IsNew)
        {
            _keys.Add(effect.Key);
            _values.Add(effect.Value);
            _entries.Add(entry);
            _fired.Add(0);
        }
        else
        {
            change = change with
            {
                Entries = [.. change.Entries, (step.Entry, _entries[step.Entry])],
                Value = _values.Replace(step.Entry, effect.Value),
                Key = step.MovesKey ? _keys.Replace(step.Entry, Middle(_keys[step.Entry], effect.Key)) : null,
            };
            _entries[step.Entry] = entry;
        }

        _greatest = null;
        foreach (var (other, radius) in step.Others)
            _entries[other] = _entries[other] with { Radius = radius };
        _history.Add(change);
    }

    /// <inheritdoc/>
    public void Rewind(int effects)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(effects, 1);
        _greatest = null;
        while (_history.Count > effects)
        {
            var change = _history[^1];
            foreach (var (place, entry) in change.Entries)
                _entries[place] = entry;
            if (change.Value is { } value)
                _values.Replace(change.Step.Entry, value).Dispose();
            if (change.Key is { } key)
                _keys.Replace(change.Step.Entry, key).Dispose();
            if (change.Step.IsNew)
                Cut(change.Step.Entry);
            change.Dispose();
            _history.RemoveAt(_history.Count - 1);
        }
    }

    /// <inheritdoc/>
    public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
    {
        if (pass is null)
            return output;
        using var scope = NewDisposeScope();
        var places = PromptPlaces.Of(pass);
        var fired = Fired(input, pass, places);
        if (Array.TrueForAll(fired, entry => entry < 0))
            return output;
        var (chosen, tokens) = (new long[input.shape[0] * places.Tokens], new bool[input.shape[0] * places.Tokens]);
        for (var at = 0; at < tokens.Length; at++)
        {
            if (places.EndOf(at) is >= 0 and var end && fired[end] is >= 0 and var entry)
                (chosen[at], tokens[at]) = (entry, _entries[entry].Replacement.Has(places.SideOf(at)));
        }

        var values_NO = _values.All.index_select(0, tensor(chosen)).to(output.dtype, output.device);
        return where(tensor(tokens, input.shape[0], places.Tokens, 1, device: output.device), values_NO.view_as(output), output)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _history.ForEach(change => change.Dispose());
        _history.Clear();
    }

    /// <summary>
    /// The entry that each prompt fires, -1 for none: found where the pass has the prompt's end, else as an earlier pass found it.
    /// </summary>
    private int[] Fired(Tensor input, AttentionScope pass, PromptPlaces places)
    {
        using var none = no_grad();
        var fired = new int[places.Ends.Count];
        var noted = pass.Cache?.NoteOf(this)?.data<long>().ToArray();
        int[] present = [.. Enumerable.Range(0, fired.Length).Where(end => places.Ends[end].IsPresent)];
        for (var end = 0; end < fired.Length; end++)
            fired[end] = noted is null ? -1 : (int)noted[places.Ends[end].Row];
        if (present.Length == 0)
            return fired;
        var at = present.Select(end => ((long)places.Ends[end].Row * places.Tokens) + places.Ends[end].Token);
        var at_E = tensor(at.ToArray(), device: input.device);
        var queries_EF = input.detach().reshape(-1, input.shape[^1]).index_select(0, at_E).cpu().to(float32);
        foreach (var end in present)
            fired[end] = -1;
        foreach (var (query, key, _) in _keys.NearestWithin(queries_EF, GreatestRadius()).Where(found => Fires(found.Key, found.Distance)))
        {
            fired[present[query]] = key;
            Count(key);
        }

        pass.Cache?.Note(this, tensor(ByRow(places, fired, (int)input.shape[0])));
        return fired;
    }

    /// <summary>An input on the rim of the radius fires in whatever batch it is computed.</summary>
    private bool Fires(int key, double distance)
    {
        var radius = _entries[key].Radius;
        return distance <= radius || (radius > 0 && distance <= radius + _keys.RoundingAt(key));
    }

    private void Count(int key)
    {
        lock (_fired)
            _fired[key]++;
    }

    private static long[] ByRow(PromptPlaces places, int[] fired, int rows)
    {
        var byRow = new long[rows];
        Array.Fill(byRow, -1);
        for (var end = 0; end < fired.Length; end++)
            byRow[places.Ends[end].Row] = fired[end];
        return byRow;
    }

    private static Tensor Middle(Tensor key, Tensor other) => (0.5 * key) + (0.5 * other);

    /// <summary>The greatest radius, with what rounding may add to it.</summary>
    private double GreatestRadius()
    {
        _greatest ??= Enumerable.Range(0, _entries.Count).Max(entry => _entries[entry].Radius + _keys.RoundingAt(entry));
        return _greatest.Value;
    }

    private void Cut(int count)
    {
        _keys.Cut(count);
        _values.Cut(count);
        _entries.RemoveRange(count, _entries.Count - count);
        _fired.RemoveRange(count, _fired.Count - count);
    }

    /// <summary>What an event did and what was there before; owns its tensors.</summary>
    private sealed record CodebookChange(CodebookStep Step) : IDisposable
    {
        public IReadOnlyList<(int Place, CodebookEntry Entry)> Entries { get; init; } = [];

        public Tensor? Value { get; init; }

        public Tensor? Key { get; init; }

        public void Dispose()
        {
            Value?.Dispose();
            Key?.Dispose();
        }
    }
}

/// <summary>The entry of a codebook that is nearest to an input.</summary>
/// <param name="Entry">Its number, from 0.</param>
/// <param name="Distance">The distance to its key.</param>
/// <param name="Fires">Whether the input is within its radius.</param>
internal readonly record struct NearestEntry(int Entry, double Distance, bool Fires);
