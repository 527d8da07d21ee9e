using static TorchSharp.torch;

namespace Amend.Models.Effects;

/// <summary>
/// Counts a weight's changes and remembers what its sum was after some of them, so that taking back one that came late replays those
/// behind it and not all. Kept are the sums at the last two multiples of 16, of 256, of 4,096 and so on: a change that is k from the end is
/// taken back by at most about 16 k additions, however many stand before, for two copies of the weight for each factor of 16. Owns the
/// copies.
/// </summary>
internal sealed class FoldMarks : IDisposable
{
    private const int Apart = 16;

    private readonly SortedDictionary<int, Tensor> _sums = [];

    /// <summary>How many changes there are.</summary>
    public int Count { get; private set; }

    /// <summary>Counts a change.</summary>
    /// <param name="sum">The sum with it, of which a copy is kept where a mark is due.</param>
    public void Pass(Tensor sum)
    {
        Count++;
        if (Count % Apart != 0)
            return;
        _sums[Count] = sum.detach().clone().DetachFromDisposeScope();
        Forget(place => !IsKept(place));
    }

    /// <summary>Goes back to the last mark that stands at or before a number of changes.</summary>
    /// <param name="changes">How many of the changes, from the first, are as they were.</param>
    /// <param name="sum">What is set to the sum there; it stays where <see cref="Count"/> is 0 then, as no mark stands before.</param>
    public void Return(int changes, Tensor sum)
    {
        Forget(place => place > changes);
        Count = 0;
        if (_sums.Count == 0)
            return;
        var (last, kept) = _sums.Last();
        sum.copy_(kept);
        Count = last;
    }

    /// <inheritdoc/>
    public void Dispose() => Forget(_ => true);

    private bool IsKept(int place)
    {
        for (long step = Apart; place % step == 0; step *= Apart)
        {
            if (place > Count - (2 * step))
                return true;
        }

        return false;
    }

    private void Forget(Func<int, bool> which)
    {
        foreach (var place in _sums.Keys.Where(which).ToList())
        {
            _sums.Remove(place, out var sum);
            sum!.Dispose();
        }
    }
}
