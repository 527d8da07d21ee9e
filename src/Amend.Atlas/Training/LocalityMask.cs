using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>
/// The training mask that makes recall local: in marked rows, tokens after a subject do not see its earlier tokens at all, and
/// its last token from layer 3 on only; what is known of a subject is then looked up at its last token in the first layers.
/// Inference uses the ordinary causal mask.
/// </summary>
internal sealed class LocalityMask
{
    private const int FirstOpenLayer = 3;
    private readonly Tensor _low;
    private readonly Tensor _high;

    /// <summary>Builds the masks of a batch; they live in the caller's dispose scope.</summary>
    public LocalityMask(IReadOnlyList<TrainingRow> rows, int tokens)
    {
        // Keys of unmarked rows and of no subject end "never": at T, after every query.
        var ends = rows.SelectMany(row => row.SubjectEnds.Take(tokens).Select(end => row.Local && end >= 0 ? (long)end : tokens)).ToArray();
        var end_B1S = tensor(ends, rows.Count, 1, tokens);
        var index = arange(tokens, dtype: ScalarType.Int64);
        var query_T1 = index.unsqueeze(1);
        var causal_TS = query_T1 >= index;
        var after_BTS = query_T1 > end_B1S;
        var isLast_B1S = end_B1S == index;
        _low = causal_TS.logical_and(after_BTS.logical_not()).unsqueeze(1);
        _high = causal_TS.logical_and(after_BTS.logical_not().logical_or(isLast_B1S)).unsqueeze(1);
    }

    /// <summary>The mask of a layer, bool <c>[B,1,T,T]</c>.</summary>
    public Tensor OfLayer(int layer) => layer < FirstOpenLayer ? _low : _high;
}
