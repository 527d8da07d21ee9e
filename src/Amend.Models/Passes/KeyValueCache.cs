using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// Keys and values of the tokens before the present ones, for each layer, <c>[B,H,T,K]</c>. A growing cache takes in what
/// each pass computes; a frozen one keeps what it holds, so that many passes may continue the same past.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Dictionary<int, GrowingPast> _layers = [];
    private readonly Dictionary<object, Tensor> _notes = [];

    /// <summary>Whether passes read the cache without adding to it.</summary>
    public bool Frozen { get; private set; }

    /// <summary>The number of tokens held, at the layers that hold any.</summary>
    public int Length { get; private set; }

    /// <summary>The present keys and values preceded by the cached ones, for a layer.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="keys">Keys of the present tokens, <c>[B,H,T,K]</c>.</param>
    /// <param name="values">Values of the present tokens, <c>[B,H,T,K]</c>.</param>
    /// <returns>Keys and values of past and present tokens, in the caller's dispose scope.</returns>
    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values)
    {
        var past = _layers.GetValueOrDefault(layer);
        if (Frozen)
            return past is null ? (keys, values) : (Behind(past.Keys, keys), Behind(past.Values, values));
        if (past is null)
            _layers[layer] = past = new GrowingPast(keys, values);
        else
            past.Add(keys, values);
        Length = (int)past.Length;
        return (past.Keys, past.Values);

        static Tensor Behind(Tensor past, Tensor present)
        {
            using (past)
                return cat([past, present], 2);
        }
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
    /// <param name="first">The first token that it holds, where those before are padding of all of them; 0 by default.</param>
    public KeyValueCache Select(Tensor rows, int first = 0)
    {
        using var scope = NewDisposeScope();
        var selected = new KeyValueCache { Frozen = Frozen, Length = Length - first };
        foreach (var (layer, past) in _layers)
            selected._layers[layer] = new GrowingPast(Rows(past.Keys), Rows(past.Values));
        foreach (var (adaptor, noted) in _notes)
            selected._notes[adaptor] = noted.index_select(0, rows).DetachFromDisposeScope();
        return selected;

        Tensor Rows(Tensor past) => past.narrow(2, first, past.shape[2] - first).index_select(0, rows);
    }

    /// <summary>
    /// A cache of the sequences of two, those of the shorter one padded in front, where a mask must hide the padding; the caller disposes.
    /// </summary>
    /// <param name="first">The cache of the first rows.</param>
    /// <param name="second">The cache of the rows behind them, of the same model and the same adaptors.</param>
    /// <exception cref="ArgumentException">An adaptor has noted something in one of them alone.</exception>
    public static KeyValueCache Join(KeyValueCache first, KeyValueCache second)
    {
        if (!first._notes.Keys.ToHashSet().SetEquals(second._notes.Keys))
        {
            throw new ArgumentException(
                $"Adaptors have {first._notes.Count} notes in the one cache and {second._notes.Count} in the other; "
                + "join caches of one state.",
                nameof(second));
        }

        using var scope = NewDisposeScope();
        var joined = new KeyValueCache { Length = Math.Max(first.Length, second.Length) };
        foreach (var (layer, past) in first._layers)
        {
            var more = second._layers[layer];
            joined._layers[layer] = new GrowingPast(Rows(past.Keys, more.Keys), Rows(past.Values, more.Values));
        }

        foreach (var (adaptor, noted) in first._notes)
            joined._notes[adaptor] = cat([noted, second._notes[adaptor]], 0).DetachFromDisposeScope();
        return joined;

        Tensor Rows(Tensor one, Tensor other) => cat([Padded(one), Padded(other)], 0);

        Tensor Padded(Tensor past) => past.shape[2] == joined.Length
            ? past
            : nn.functional.pad(past, [0, 0, joined.Length - past.shape[2], 0]);
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
            part._layers[layer] = new GrowingPast(FirstOf(held.Keys), FirstOf(held.Values));
            part.Length = tokens;
        }

        return part.Freeze();

        Tensor FirstOf(Tensor past) => past.narrow(2, 0, tokens).index_select(0, rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var past in _layers.Values)
            past.Dispose();
        _layers.Clear();
        foreach (var noted in _notes.Values)
            noted.Dispose();
        _notes.Clear();
    }
}
