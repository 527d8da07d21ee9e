using Amend.Atlas.Documents;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Atlas.Training.Labels;

/// <summary>
/// The documents of each batch: every one of the old order once an epoch, in a new order. A batch is a function of the seed and its number.
/// </summary>
internal sealed class DocumentStream
{
    private readonly LabelTrainingOptions _options;
    private readonly DocumentRow[] _rows;
    private (long Number, int[] Order) _epoch = (-1, []);

    public DocumentStream(Archive archive, PipelineTokenizer tokenizer, LabelTrainingOptions options)
    {
        _options = options;
        string[] sections = [.. archive.Sections];
        _rows = [.. archive.Training.Select(document => new DocumentRow(
            tokenizer.Encode(document.Text).Ids, Array.IndexOf(sections, document.Section)))];
    }

    /// <summary>The rows of a batch.</summary>
    public IReadOnlyList<DocumentRow> Batch(int number) =>
        [.. Enumerable.Range(0, _options.BatchRows).Select(row => RowOf(((long)number * _options.BatchRows) + row))];

    private DocumentRow RowOf(long row)
    {
        var epoch = row / _rows.Length;
        if (_epoch.Number != epoch)
        {
            int[] order = [.. Enumerable.Range(0, _rows.Length)];
            StableRandom.For(_options.Seed, $"documents of epoch\t{epoch}").Shuffle(order);
            _epoch = (epoch, order);
        }

        return _rows[_epoch.Order[row % _rows.Length]];
    }
}

/// <summary>A document of a batch.</summary>
/// <param name="Ids">Its token ids.</param>
/// <param name="Section">The id of its section.</param>
internal sealed record DocumentRow(IReadOnlyList<int> Ids, long Section);
