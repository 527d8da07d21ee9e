using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>
/// The identity in place of the keys' second moment, for those who ask for it: edits then protect no key of any text. No editor falls
/// back to it, and what used it says so.
/// </summary>
public sealed class IdentityStatistics : ISecondMomentSource
{
    /// <summary>What it is called where it is asked for.</summary>
    public const string Asked = "identity";

    private IdentityStatistics()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static IdentityStatistics Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsIdentity => true;

    /// <inheritdoc/>
    public string Name => Asked;

    /// <inheritdoc/>
    public SpdMatrix Factored(LanguageModel model, int layer, double ridge) =>
        SpdMatrix.Identity(model.Transformer.DownMap(layer).Inputs, ridge);

    /// <inheritdoc/>
    public Tensor Mean(LanguageModel model, int layer)
    {
        var map = model.Transformer.DownMap(layer);
        var blocks = map.Parts.Count;
        using var scope = NewDisposeScope();
        var block_FF = eye(map.Inputs / blocks, dtype: ScalarType.Float64);
        return (blocks == 1 ? block_FF : block_FF.repeat(blocks, 1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses: no direction of the identity is free.</summary>
    public NullSpace NullSpace(LanguageModel model, int layer, double threshold) =>
        throw new AmendException(
            $"The identity was asked for instead of statistics of '{model.Name}' at layer {layer}, "
            + "and this editor writes where a text's keys have nothing; "
            + $"collect statistics with: amend stats {model.Name} --layer {layer} --text FILE.");

    /// <inheritdoc/>
    public StatisticsNote Describe(LanguageModel model, int layer) => StatisticsNote.Identity(layer);
}
