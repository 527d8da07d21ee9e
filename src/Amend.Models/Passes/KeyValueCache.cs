using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// Keys and values of the tokens before the present ones, for each layer, <c>[B,H,T,K]</c>. A growing cache takes in what
/// each pass computes; a frozen one keeps what it holds, so that many passes may continue the same past.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)> _layers = [];
    private readonly Dictionary<object, Tensor> _notes = [];

    /// <summary>Whether passes read the cache without adding to it.</summary>
    public bool Frozen { get; private set; }

    /// <summary>The number of tokens held, at the layers that hold any.</summary>
    public int Length { get; private set; }

    /// <summary>The present keys and values preceded by the cached ones, for a layer.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="keys">Keys of the present tokens, <c>[B,H,T,K]</c>.</param>
    /// <param name="values">Values of the present tokens, <c>[B,H,T,K]</c>.</param>
    /// <returns>Keys and values of past and present tokens, in the caller's dispose scope or owned by the cache.</returns>
    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        var (allKeys, allValues) = _layers.TryGetValue(layer, out var past)
            ? (cat([past.Keys, keys], 2), cat([past.Values, values], 2))
            : (keys, values);
        if (Frozen)
            return past.Keys is null ? (keys, values) : (allKeys.MoveToOuterDisposeScope(), allValues.MoveToOuterDisposeScope());
        var kept = (Keys: allKeys.detach().alias().DetachFromDisposeScope(), Values: allValues.detach().alias().DetachFromDisposeScope());
        past.Keys?.Dispose();
        past.Values?.Dispose();
        _layers[layer] = kept;
        Length = (int)kept.Keys.shape[2];
        return kept;
    }

    /// <summary>Keeps what an adaptor found in each row's past, such as the entry that its prompt fires, for later passes.</summary>
    /// <param name="adaptor">Whose note it is.</param>
    /// <param name="rows">What it found, <c>[B,..]</c>, which is copied.</param>
    public void Note(object adaptor, Tensor rows)
    {
        if (Frozen)
            return;
        NoteOf(adaptor)?.Dispose();
        _notes[adaptor] = rows.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>What an adaptor noted for each row, <c>[B,..]</c>, which belongs to the cache; null where it noted nothing.</summary>
    public Tensor? NoteOf(object adaptor) => _notes.GetValueOrDefault(adaptor);

    /// <summary>Ends the growth: later passes read and do not add.</summary>
    public KeyValueCache Freeze()
    {
        Frozen = true;
        return this;
    }

    /// <summary>A cache of some of the sequences, frozen where this one is; the caller disposes.</summary>
    /// <param name="rows">The sequences, int64 <c>[N]</c>.</param>
    public KeyValueCache Select(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var selected = new KeyValueCache { Frozen = Frozen, Length = Length };
        foreach (var (layer, (keys, values)) in _layers)
            selected._layers[layer] = (Rows(keys), Rows(values));
        foreach (var (adaptor, noted) in _notes)
            selected._notes[adaptor] = noted.index_select(0, rows).DetachFromDisposeScope();
        return selected;

        Tensor Rows(Tensor past) => past.index_select(0, rows).DetachFromDisposeScope();
    }

    /// <summary>
    /// A frozen cache of one layer that holds chosen rows' first tokens, so that passes of any rows may continue a part of one
    /// past.
    /// </summary>
    /// <param name="layer">The block.</param>
    /// <param name="rows">Rows of this cache, <c>[R]</c>, int64; a row may come more than once.</param>
    /// <param name="tokens">How many tokens from the first one.</param>
    /// <returns>A cache of its own; the caller disposes.</returns>
    public KeyValueCache Part(int layer, Tensor rows, int tokens)
    {
        var part = new KeyValueCache();
        if (tokens > 0 && _layers.TryGetValue(layer, out var held))
        {
            using var scope = NewDisposeScope();
            part._layers[layer] = (FirstOf(held.Keys), FirstOf(held.Values));
            part.Length = tokens;
        }

        return part.Freeze();

        Tensor FirstOf(Tensor past) => past.narrow(2, 0, tokens).index_select(0, rows).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (keys, values) in _layers.Values)
        {
            keys.Dispose();
            values.Dispose();
        }

        _layers.Clear();
        foreach (var noted in _notes.Values)
            noted.Dispose();
        _notes.Clear();
    }
}
