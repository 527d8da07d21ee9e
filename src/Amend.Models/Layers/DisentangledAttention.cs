using Amend.Models.Passes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Models.Layers;

/// <summary>
/// DeBERTa's attention (He et al. 2021, eq. 4; numerically <c>DisentangledSelfAttention</c> of transformers' DeBERTa-v2): to the score of a
/// query and a key is added what the query's content says of their distance, and what the key's content does.
/// </summary>
/// <param name="Plain">The projections of the contents.</param>
/// <param name="Positions">The distances' vectors.</param>
internal sealed record DisentangledAttention(AttentionLayer Plain, RelativeEmbedding Positions) : IAttention
{
    /// <summary>
    /// From a distance's vector to what queries are multiplied with, <c>[D,D]</c>; scores have no such part when null.
    /// </summary>
    public Linear? PositionKey { get; init; }

    /// <summary>From a distance's vector to what keys are multiplied with, <c>[D,D]</c>; scores have no such part when null.</summary>
    public Linear? PositionQuery { get; init; }

    private int Parts => 1 + (PositionKey is null ? 0 : 1) + (PositionQuery is null ? 0 : 1);

    /// <inheritdoc/>
    public Tensor Apply(int layer, Tensor value, AttentionScope scope)
    {
        Tensor Heads(Linear projection, Tensor states) => MultiHeadAttention.SplitHeads(projection.Apply(states), Plain.Heads);
        var (query_BHTK, key_BHTK, value_BHTK) = (Heads(Plain.Query, value), Heads(Plain.Key, value), Heads(Plain.Value, value));
        var scores_BHTT = query_BHTK.matmul(key_BHTK.transpose(2, 3));
        var rows_B1TT = Positions.RowsOf(scope).unsqueeze(1);
        var distances_1ND = Positions.Vectors().unsqueeze(0);
        if (PositionKey is { } toKeys)
            scores_BHTT = scores_BHTT + AtRows(query_BHTK.matmul(Heads(toKeys, distances_1ND).transpose(2, 3)), rows_B1TT);
        if (PositionQuery is { } toQueries)
        {
            var ofKeys_BHTN = key_BHTK.matmul(Heads(toQueries, distances_1ND).transpose(2, 3));
            scores_BHTT = scores_BHTT + AtRows(ofKeys_BHTN, rows_B1TT.transpose(2, 3)).transpose(2, 3);
        }

        var masked_BHTT = (scores_BHTT / Math.Sqrt(query_BHTK.shape[3] * Parts))
            .masked_fill(scope.Visible(layer).logical_not(), double.NegativeInfinity);
        var weights_BHTT = softmax(masked_BHTT, 3);
        var weighing_BHTT = scope.Weighing is { } through ? through(weights_BHTT) : weights_BHTT;
        return Plain.Out.Apply(MultiHeadAttention.JoinHeads(weighing_BHTT.matmul(value_BHTK)));
    }

    /// <summary>
    /// Of the scores of each token with all rows of the distances, <c>[B,H,T,N]</c>, those with the rows <c>[B,1,T,T]</c>.
    /// </summary>
    private static Tensor AtRows(Tensor scores, Tensor rows) =>
        scores.gather(3, rows.expand(scores.shape[0], scores.shape[1], rows.shape[2], rows.shape[3]));
}
