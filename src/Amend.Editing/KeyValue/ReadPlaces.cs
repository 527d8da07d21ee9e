using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// Which vectors the rows of the groups of a suffix pass get, and where the loss reads what comes out of them. Owns its tensors.
/// </summary>
internal sealed class ReadPlaces : IDisposable
{
    private ReadPlaces(Tensor[] requestsOf, Tensor flat) => (RequestsOf, Flat) = (requestsOf, flat);

    /// <summary>The request of each row of each group, <c>[B]</c> int64.</summary>
    public Tensor[] RequestsOf { get; }

    /// <summary>
    /// Places among the tokens of all groups, group by group and row by row: those of the target tokens, request by request and
    /// prompt by prompt, and then each essence prompt's, <c>[P+N]</c> int64.
    /// </summary>
    public Tensor Flat { get; }

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

        using var scope = NewDisposeScope();
        var essenceRows = Enumerable.Range(0, batch.Requests).Select(request => ((request + 1) * batch.RowsEach) - 1);
        return new ReadPlaces(
            [.. groups.Select(group => Kept(group.Rows.Select(row => (long)(row / batch.RowsEach))))],
            Kept(batch.PromptRows.Concat(essenceRows).SelectMany(row => In(batch, row, essenceAtEnd).Select(place => start[row] + place))));

        Tensor Kept(IEnumerable<long> values) => tensor(values.ToArray(), device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flat.Dispose();
        foreach (var requests in RequestsOf)
            requests.Dispose();
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
