using Amend.Models;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Objectives;

/// <summary>
/// What the unedited model gives out at every token of texts, computed once a text and kept as what the head is given; all of it is
/// let go of when it exceeds its share of memory. It owns what it keeps.
/// </summary>
/// <param name="model">The model, without edits and open views.</param>
/// <param name="mostBytes">Most bytes of tensors that are kept.</param>
internal sealed class UneditedOutputs(LanguageModel model, long mostBytes = 1L << 29) : IDisposable
{
    private readonly Dictionary<string, (OutputRow Row, Tensor States)> _kept = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The outputs of texts, in their order; they are kept until the next call at least.</summary>
    /// <param name="texts">The texts.</param>
    public IReadOnlyList<(OutputRow Row, Tensor States)> Of(IReadOnlyList<string> texts)
    {
        if (_bytes > mostBytes)
            Dispose();
        string[] missing = [.. texts.Where(text => !_kept.ContainsKey(text)).Distinct(StringComparer.Ordinal)];
        if (missing.Length > 0)
            Compute(missing);
        return [.. texts.Select(text => _kept[text])];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, states) in _kept.Values)
            states.Dispose();
        _kept.Clear();
        _bytes = 0;
    }

    private void Compute(string[] texts)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        OutputRow[] rows = [.. texts.Select(text => OutputRow.Of(model, text))];
        using var batch = new OutputBatch(model, rows);
        var (all, at) = (batch.States(), 0L);
        foreach (var (text, row) in texts.Zip(rows))
        {
            var states = all.narrow(0, at, row.Places.Count).clone().DetachFromDisposeScope();
            at += row.Places.Count;
            _kept[text] = (row, states);
            _bytes += states.numel() * states.element_size();
        }
    }
}
