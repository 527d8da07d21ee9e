using Amend.Editing.Codebooks;
using Amend.Models.Effects;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.TokenCodebooks;

/// <summary>
/// A codebook at tokens: every token of a text, not the prompt's end alone, is compared with the keys, and where it is within the radius
/// of the nearest, the values of that key's subject are added, at that token only. Read where a subject's last token is, this is GRACE's
/// table (Hartvigsen et al. 2023) at ROME's place; at the input of the down projection it is NeuralDB's (arXiv 2507.18028). Values of
/// entries of one subject add up in the entries' order. Keys are kept and compared in float32 on the CPU, so that the same entries give
/// the same bits on any device.
/// </summary>
public sealed class TokenCodebook : IRewindable, IDisposable
{
    /// <summary>The radius of a first token's key in units of its norm: the same token gives the same state, but for rounding.</summary>
    private const double FirstRadius = 1e-3;

    private readonly TokenRules _rules;
    private readonly TokenKeys _first;
    private readonly TokenKeys _later;
    private readonly Rows _values;
    private readonly List<string> _subjects = [];
    private readonly List<Change> _history = [];

    private TokenCodebook(TokenCodebookEffect first)
    {
        _rules = first.Rules;
        (_first, _later) = (new TokenKeys(first.Keys.shape[1], _rules.Distance), new TokenKeys(first.Keys.shape[1], _rules.Distance));
        _values = new Rows(first.Value.shape[0]);
    }

    /// <inheritdoc/>
    public Site? Place => _rules.Site;

    /// <inheritdoc/>
    public bool NeedsPromptEnds => false;

    /// <summary>The number of entries.</summary>
    public int Entries => _history.Count;

    /// <summary>The subjects, in the order of their first entries.</summary>
    public IReadOnlyList<string> Subjects => _subjects;

    /// <summary>How distances to keys are measured.</summary>
    public KeyDistance Distance => _rules.Distance;

    /// <summary>The site of the keys.</summary>
    internal Site SiteOfKeys => _rules.SiteOfKeys;

    /// <summary>The keys but those of first tokens, <c>[K,F]</c>, float32, in the caller's dispose scope; they change with this.</summary>
    internal Tensor Keys => _later.All;

    /// <summary>The entry, from 0, and the radius of each of <see cref="Keys"/>.</summary>
    internal IReadOnlyList<(int Entry, double Radius)> EntriesOfKeys =>
    [
        .. from entry in Enumerable.Range(0, Entries)
           from key in Range(entry, change => change.Later, _later.Count)
           select (entry, _later.RadiusOf(key)),
    ];

    /// <summary>The radii of an entry's keys, as the entries beside it leave them.</summary>
    /// <param name="entry">The entry's number in the order of the entries, from 0.</param>
    public IReadOnlyList<double> RadiiOf(int entry) =>
    [
        .. Range(entry, change => change.Later, _later.Count).Select(_later.RadiusOf),
        .. Range(entry, change => change.First, _first.Count).Select(_first.RadiusOf),
    ];

    /// <summary>The other subjects nearest to an entry's keys, the nearest first, with the distance.</summary>
    /// <param name="entry">The entry's number in the order of the entries, from 0.</param>
    /// <param name="most">How many, at most.</param>
    public IReadOnlyList<(string Subject, double Distance)> Neighbors(int entry, int most)
    {
        using var none = no_grad();
        return
        [
            .. Range(entry, change => change.Later, _later.Count)
                .SelectMany(key => _later.DistancesFrom(key).Index())
                .Select(other => (Subject: _later.SubjectOf(other.Index), Distance: other.Item))
                .Where(other => other.Subject != _history[entry].Subject)
                .GroupBy(other => other.Subject, other => other.Distance)
                .Select(of => (Subject: _subjects[of.Key], Distance: of.Min()))
                .OrderBy(near => near.Distance)
                .Take(most),
        ];
    }

    /// <summary>The token of a text that fires or comes nearest to it; null where the text has none to compare.</summary>
    /// <param name="states_TF">What the text's tokens have at the site of the keys, <c>[T,F]</c>, float32, on the CPU.</param>
    internal FoundToken? Find(Tensor states_TF)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (_rules.FirstApart && _first.Fired(states_TF.narrow(0, 0, 1)) is [var (_, subject)])
            return new FoundToken(null, _history.FindIndex(change => change.Subject == subject), Distance: 0, Fires: true);
        if (_later.Count == 0)
            return null;
        var first = _rules.FirstApart ? 1 : 0;
        var nearest = Enumerable.Range(first, (int)states_TF.shape[0] - first)
            .Select(token => (Token: token, Near: _later.DistancesTo(states_TF[token]).Index().MinBy(key => key.Item)))
            .OrderBy(found => _later.Fires(found.Near.Index, found.Near.Item) ? 0 : 1)
            .ThenBy(found => found.Near.Item - _later.RadiusOf(found.Near.Index))
            .Select(found => new FoundToken(
                found.Token, EntriesOfKeys[found.Near.Index].Entry, found.Near.Item, _later.Fires(found.Near.Index, found.Near.Item)))
            .Take(1)
            .ToList();
        return nearest is [var found] ? found : null;
    }

    /// <inheritdoc/>
    public Tensor Adapt(Tensor input, Tensor output, AttentionScope? pass)
    {
        if (pass is null)
            return output;
        using var scope = NewDisposeScope();
        var fired = Fired(input, pass.Positions);
        if (fired.Count == 0)
            return output;
        var token_N = tensor(fired.Select(one => (long)one.Token).ToArray(), device: output.device);
        var subject_N = tensor(fired.Select(one => (long)one.Subject).ToArray());
        var values_ND = _values.All.index_select(0, subject_N).to(output.dtype, output.device);
        return output.reshape(-1, output.shape[^1]).index_add(0, token_N, values_ND, 1).view(output.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Rewind(int effects)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(effects, 1);
        while (_history.Count > effects)
        {
            var change = _history[^1];
            _first.Cut(change.First, change.FirstRadii);
            _later.Cut(change.Later, change.LaterRadii);
            if (change.Value is { } value)
                _values.Replace(change.Subject, value).Dispose();
            else
                Forget(change.Subject);
            change.Dispose();
            _history.RemoveAt(_history.Count - 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _later.Dispose();
        _values.Dispose();
        _history.ForEach(change => change.Dispose());
        _history.Clear();
    }

    /// <summary>A codebook of one entry; the caller disposes.</summary>
    internal static TokenCodebook Begin(TokenCodebookEffect first)
    {
        var book = new TokenCodebook(first);
        book.Add(first);
        return book;
    }

    /// <summary>Takes in one more entry; where it fails, nothing is changed.</summary>
    /// <exception cref="AmendException">It is of another layer's or place's codebook, or of another width.</exception>
    internal void Add(TokenCodebookEffect effect)
    {
        Require(effect);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var subject = _subjects.IndexOf(effect.Subject);
        var change = new Change(subject < 0 ? _subjects.Count : subject, _first.Count, _later.Count);
        if (subject < 0)
        {
            _subjects.Add(effect.Subject);
            _values.Add(effect.Value);
        }
        else
        {
            change.Value = _values.Replace(subject, _values[subject] + effect.Value);
        }

        foreach (var (key, isFirst) in effect.IsFirst.Index())
        {
            var key_F = effect.Keys[key];
            if (isFirst && effect.Rules.FirstApart)
                change.FirstRadii.InsertRange(0, _first.Add(key_F, change.Subject, FirstRadius, separation: 0));
            else
                change.LaterRadii.InsertRange(0, _later.Add(key_F, change.Subject, effect.Rules.Radius, effect.Rules.Separation));
        }

        _history.Add(change);
    }

    private void Require(TokenCodebookEffect effect)
    {
        var isOfThis = effect.Rules.Place == _rules.Place && effect.Rules.Distance == _rules.Distance
            && effect.Rules.FirstApart == _rules.FirstApart;
        if (isOfThis && effect.Keys.shape[1] == _later.Width && effect.Value.shape[0] == _values.Width)
            return;
        throw new AmendException(
            $"An entry with keys of {effect.Keys.shape[1]} numbers at the {effect.Rules.Place} was asked of the codebook of "
            + $"'{effect.Weight}', which has keys of {_later.Width} at the {_rules.Place}; take its edits back first, or use another "
            + "layer.");
    }

    /// <summary>An entry's keys among those of one kind.</summary>
    /// <param name="entry">The entry's number.</param>
    /// <param name="before">How many there were before an entry.</param>
    /// <param name="all">How many there are.</param>
    private IEnumerable<int> Range(int entry, Func<Change, int> before, int all)
    {
        var first = before(_history[entry]);
        return Enumerable.Range(first, (entry + 1 < _history.Count ? before(_history[entry + 1]) : all) - first);
    }

    private void Forget(int subject)
    {
        _values.Cut(subject);
        _subjects.RemoveRange(subject, _subjects.Count - subject);
    }

    /// <summary>The tokens, among all rows', that an entry fires for, each with its subject.</summary>
    private IReadOnlyList<(int Token, int Subject)> Fired(Tensor input, Tensor positions)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var tokens_NF = input.detach().reshape(-1, input.shape[^1]).cpu().to(float32);
        if (!_rules.FirstApart)
            return _later.Fired(tokens_NF);
        var isFirst_N = positions.expand(input.shape[0], input.shape[1]).eq(0).reshape(-1).cpu();
        var isFirst = isFirst_N.data<bool>().ToArray();
        IEnumerable<(int, int)> fired = _later.Fired(tokens_NF).Where(found => !isFirst[found.Token]);
        if (_first.Count > 0)
        {
            long[] first = [.. isFirst.Index().Where(token => token.Item).Select(token => (long)token.Index)];
            var ofFirst = _first.Fired(tokens_NF.index_select(0, tensor(first)));
            fired = fired.Concat(ofFirst.Select(found => ((int)first[found.Token], found.Subject)));
        }

        return [.. fired];
    }

    /// <summary>What was there before an entry; owns its tensor.</summary>
    /// <param name="Subject">The entry's subject.</param>
    /// <param name="First">The number of keys of first tokens.</param>
    /// <param name="Later">The number of the other keys.</param>
    private sealed record Change(int Subject, int First, int Later) : IDisposable
    {
        /// <summary>The subject's value; null where it had none.</summary>
        public Tensor? Value { get; set; }

        /// <summary>Radii that it changed among keys of first tokens, the latest change first.</summary>
        public List<(int Key, double Radius)> FirstRadii { get; } = [];

        /// <summary>Radii that it changed among the other keys, the latest change first.</summary>
        public List<(int Key, double Radius)> LaterRadii { get; } = [];

        public void Dispose() => Value?.Dispose();
    }
}

/// <summary>A token of a text, and the entry of a codebook at tokens that has the nearest key.</summary>
/// <param name="Token">The token's place; null where it is the text's first one and that has keys of its own.</param>
/// <param name="Entry">The entry, from 0.</param>
/// <param name="Distance">The distance to the key.</param>
/// <param name="Fires">Whether the entry fires for the token.</param>
internal readonly record struct FoundToken(int? Token, int Entry, double Distance, bool Fires);
