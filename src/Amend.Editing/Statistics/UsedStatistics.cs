using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>A source that notes what was asked of another, for an edit's record.</summary>
/// <param name="source">The other, which answers.</param>
internal sealed class UsedStatistics(ISecondMomentSource source) : ISecondMomentSource
{
    private readonly SortedDictionary<int, StatisticsNote> _notes = [];

    /// <summary>What was used, by layer.</summary>
    public IReadOnlyList<StatisticsNote> Notes => [.. _notes.Values];

    /// <inheritdoc/>
    public bool IsIdentity => source.IsIdentity;

    /// <inheritdoc/>
    public string? Name => source.Name;

    /// <summary>What was used at a layer; null where nothing was.</summary>
    public StatisticsNote? NoteOf(int layer) => _notes.GetValueOrDefault(layer);

    /// <inheritdoc/>
    public SpdMatrix Factored(LanguageModel model, int layer, double ridge) =>
        Noted(source.Factored(model, layer, ridge), model, layer);

    /// <inheritdoc/>
    public Tensor Mean(LanguageModel model, int layer) => Noted(source.Mean(model, layer), model, layer);

    /// <inheritdoc/>
    public NullSpace NullSpace(LanguageModel model, int layer, double threshold) =>
        Noted(source.NullSpace(model, layer, threshold), model, layer);

    /// <inheritdoc/>
    public StatisticsNote? Describe(LanguageModel model, int layer) => source.Describe(model, layer);

    private T Noted<T>(T given, LanguageModel model, int layer)
    {
        _notes[layer] = source.Describe(model, layer) ?? StatisticsNote.Given(layer);
        return given;
    }
}
