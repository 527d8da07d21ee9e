using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// Which vectors the rows of a suffix pass get, and where the loss reads what comes out, by places among the tokens of all groups,
/// group by group and row by row. Owns its tensors.
/// </summary>
internal sealed class ReadPlaces : IDisposable
{
    private ReadPlaces(IEnumerable<long> requests, IEnumerable<long> lookups, IEnumerable<long> read, Device device)
    {
        using var scope = NewDisposeScope();
        (Requests, Lookups, Read) = (Kept(requests), Kept(lookups), Kept(read));

        Tensor Kept(IEnumerable<long> values) => tensor(values.ToArray(), device: device).DetachFromDisposeScope();
    }

    /// <summary>The request of each row, <c>[B]</c> int64.</summary>
    public Tensor Requests { get; }

    /// <summary>The place of each row's lookup token, <c>[B]</c> int64.</summary>
    public Tensor Lookups { get; }

    /// <summary>
    /// The places of the target tokens, request by request and prompt by prompt, and then each essence prompt's, <c>[P+N]</c> int64.
    /// </summary>
    public Tensor Read { get; }

    /// <summary>The last place at which a row is read, counted from its lookup token.</summary>
    public static int LastOf(RewriteBatch batch, int row, bool essenceAtEnd) => In(batch, row, essenceAtEnd).Last();

    /// <summary>The places of the groups that a batch's rows are parted into.</summary>
    public static ReadPlaces Find(RewriteBatch batch, IReadOnlyList<SuffixGroup> groups, bool essenceAtEnd, Device device)
    {
        var start = new long[batch.Rows.Count];
        var tokens = 0L;
        foreach (var group in groups)
        {
            foreach (var row in group.Rows)
            {
                start[row] = tokens;
                tokens += group.Suffix.shape[1];
            }
        }

        int[] rows = [.. groups.SelectMany(group => group.Rows)];
        var essenceRows = Enumerable.Range(0, batch.Requests).Select(request => ((request + 1) * batch.RowsEach) - 1);
        return new ReadPlaces(
            rows.Select(row => (long)(row / batch.RowsEach)),
            rows.Select(row => start[row]),
            batch.PromptRows.Concat(essenceRows).SelectMany(row => In(batch, row, essenceAtEnd).Select(place => start[row] + place)),
            device);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in (Tensor[])[Requests, Lookups, Read])
            owned.Dispose();
    }

    /// <summary>The places at which a row is read, counted from its lookup token, in ascending order.</summary>
    private static IEnumerable<int> In(RewriteBatch batch, int row, bool essenceAtEnd)
    {
        var promptEnd = batch.PromptLengths[row] - 1 - batch.Lookup[row];
        return row % batch.RowsEach < batch.Prompts
            ? Enumerable.Range(promptEnd, batch.Targets[row / batch.RowsEach].Length)
            : [essenceAtEnd ? promptEnd : 0];
    }
}
