using Amend.Models.Passes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Models.Layers;

/// <summary>
/// Scaled dot-product attention over heads (Vaswani et al. 2017, eq. 1), with mask and cache; several query heads may share
/// a key and value head (Ainslie et al. 2023).
/// </summary>
public static class MultiHeadAttention
{
    /// <summary>Splits <c>[B,T,H*K]</c> into heads, <c>[B,H,T,K]</c>, a view of the value in the caller's dispose scope.</summary>
    public static Tensor SplitHeads(Tensor value, int heads)
    {
        var (batch, tokens, width) = (value.shape[0], value.shape[1], value.shape[2]);
        return value.view(batch, tokens, heads, width / heads).transpose(1, 2);
    }

    /// <summary>Joins heads, <c>[B,H,T,K]</c>, into <c>[B,T,H*K]</c>, in the caller's dispose scope.</summary>
    public static Tensor JoinHeads(Tensor value)
    {
        var (batch, heads, tokens, width) = (value.shape[0], value.shape[1], value.shape[2], value.shape[3]);
        return value.transpose(1, 2).reshape(batch, tokens, heads * width);
    }

    /// <summary>softmax(q kᵀ / √K) v over the visible keys of the scope, or the form that the layer gives it.</summary>
    /// <param name="layer">The block, for its mask and its part of the cache.</param>
    /// <param name="query">Queries, <c>[B,H,T,K]</c>.</param>
    /// <param name="key">Keys of the present tokens, <c>[B,G,T,K]</c>, where G divides H.</param>
    /// <param name="value">Values of the present tokens, <c>[B,G,T,K]</c>.</param>
    /// <param name="scope">Mask and cache of the pass.</param>
    /// <param name="form">Scale, window, soft cap and linear biases; plain when null.</param>
    /// <returns>The attended values, <c>[B,H,T,K]</c>, in the caller's dispose scope.</returns>
    public static Tensor Attend(int layer, Tensor query, Tensor key, Tensor value, AttentionScope scope, AttentionForm? form = null)
    {
        if (scope.Parts is { } parts)
            return AttendInParts(layer, query, key, value, parts, form);
        form ??= AttentionForm.Plain;
        var (keys, values) = scope.Cache is null ? (key, value) : scope.Cache.Extend(layer, key, value);
        if (form.SoftCap is { } cap)
        {
            (keys, values) = (Repeated(keys, query.shape[1]), Repeated(values, query.shape[1]));
            return Capped(query, keys, values, scope.Visible(layer, form.Window), form.Scale ?? 1 / Math.Sqrt(query.shape[3]), cap);
        }

        var scaled = form.Scale is { } scale ? query * (scale * Math.Sqrt(query.shape[3])) : query;
        var mask = form.AlibiSlopes is { } ? Alibi.Bias(form, query.shape[3], scope, scope.Visible(layer, form.Window)).to(query.dtype)
            : form.RelativePositions is { } relative ? relative.Bias(scope, scope.Visible(layer, form.Window)).to(query.dtype)
            : scope.Mask(layer, form.Window);
        if (form.Sinks is { } sinks)
        {
            (keys, values) = (Repeated(keys, query.shape[1]), Repeated(values, query.shape[1]));
            var scores_BHTS = Masked(scaled.matmul(keys.transpose(2, 3)) / Math.Sqrt(query.shape[3]), mask ?? scope.Visible(layer));
            return Sunk(scores_BHTS, sinks.Value).to(query.dtype).matmul(values);
        }

        if (scope.Weighing is { } through)
            return Weighed(scaled, Repeated(keys, query.shape[1]), Repeated(values, query.shape[1]), mask ?? scope.Visible(layer), through);
        if (mask is not null && mask.shape[1] == 1 && keys.shape[1] < query.shape[1])
            return AttendInGroups(scaled, keys, values, mask);
        (keys, values) = (Repeated(keys, query.shape[1]), Repeated(values, query.shape[1]));
        return mask is null
            ? scaled_dot_product_attention(scaled, keys, values, is_casual: true)
            : scaled_dot_product_attention(scaled, keys, values, attn_mask: mask);
    }

    /// <summary>Attention of a joined pass, <c>[1,H,N,K]</c>: that of each part, over its own rows.</summary>
    private static Tensor AttendInParts(
        int layer, Tensor query, Tensor key, Tensor value, IReadOnlyList<AttentionScope> parts, AttentionForm? form)
    {
        long[] lengths = [.. parts.Select(part => part.Positions.numel())];
        var (queries, keys, values) = (query.split(lengths, 2), key.split(lengths, 2), value.split(lengths, 2));
        var attended_1NHK = parts.Select((part, i) =>
        {
            Tensor Rows(Tensor[] joined) => OfRows(joined[i], part.Positions.shape[0]);
            return Attend(layer, Rows(queries), Rows(keys), Rows(values), part, form).transpose(1, 2).flatten(0, 1).unsqueeze(0);
        });
        return cat([.. attended_1NHK], 1).transpose(1, 2);

        static Tensor OfRows(Tensor joined, long rows) =>
            joined.view(joined.shape[1], rows, joined.shape[2] / rows, joined.shape[3]).transpose(0, 1);
    }

    /// <summary>
    /// Attention whose query heads share key and value heads: the queries of those that share one are taken for more tokens of one
    /// head, so that keys and values are not copied for each of them.
    /// </summary>
    private static Tensor AttendInGroups(Tensor query, Tensor keys, Tensor values, Tensor mask)
    {
        var (batch, heads, tokens, width) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3]);
        var (groups, sharing) = (keys.shape[1], heads / keys.shape[1]);
        var ofAll = mask.shape[2] == 1 ? mask : mask.repeat(1, 1, sharing, 1);
        return scaled_dot_product_attention(query.reshape(batch, groups, sharing * tokens, width), keys, values, attn_mask: ofAll)
            .reshape(batch, heads, tokens, values.shape[3]);
    }

    /// <summary>Attention in the open, whose weights go through something before they weigh the values.</summary>
    private static Tensor Weighed(Tensor query, Tensor keys, Tensor values, Tensor mask, Func<Tensor, Tensor> through)
    {
        var scores_BHTS = query.matmul(keys.transpose(2, 3)) / Math.Sqrt(query.shape[3]);
        return through(softmax(Masked(scores_BHTS, mask), 3)).matmul(values);
    }

    private static Tensor Masked(Tensor scores, Tensor mask) => mask.dtype == ScalarType.Bool
        ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity)
        : scores + mask;

    /// <summary>The weights of keys where each softmax has one more logit, the head's sink, whose weight reads nothing.</summary>
    private static Tensor Sunk(Tensor scores, Tensor sinks)
    {
        var (batch, heads, tokens, keys) = (scores.shape[0], scores.shape[1], scores.shape[2], scores.shape[3]);
        var sinks_BHT1 = sinks.view(1, heads, 1, 1).expand(batch, heads, tokens, 1);
        return softmax(cat([scores, sinks_BHT1], 3).to(float32), 3).narrow(3, 0, keys);
    }

    private static Tensor Capped(Tensor query, Tensor keys, Tensor values, Tensor visible, double scale, double cap)
    {
        var scores_BHTS = (query.matmul(keys.transpose(2, 3)) * (scale / cap)).tanh() * cap;
        var weights_BHTS = softmax(scores_BHTS.to(float32).masked_fill(visible.logical_not(), double.NegativeInfinity), 3);
        return weights_BHTS.to(query.dtype).matmul(values);
    }

    /// <summary>Each key and value head once for every query head that reads it.</summary>
    private static Tensor Repeated(Tensor value, long heads)
    {
        var (batch, groups, tokens, width) = (value.shape[0], value.shape[1], value.shape[2], value.shape[3]);
        return groups == heads
            ? value
            : value.unsqueeze(2).expand(batch, groups, heads / groups, tokens, width).reshape(batch, heads, tokens, width);
    }
}

/// <summary>Where a layer's attention departs from softmax(q kᵀ / √K) v over all earlier tokens.</summary>
public sealed record AttentionForm
{
    /// <summary>No departure.</summary>
    public static AttentionForm Plain { get; } = new();

    /// <summary>What q kᵀ is multiplied with; 1/√K when null.</summary>
    public double? Scale { get; init; }

    /// <summary>How many tokens a token sees, itself included; all earlier ones when null.</summary>
    public int? Window { get; init; }

    /// <summary>The bound c of scores, c tanh(score / c) (Gemma Team 2024); none when null.</summary>
    public double? SoftCap { get; init; }

    /// <summary>
    /// One slope a head: a key's score falls by the slope with each token of distance (Press et al. 2022); none when null.
    /// </summary>
    public IReadOnlyList<float>? AlibiSlopes { get; init; }

    /// <summary>
    /// Whether slopes and what a key gets by them are rounded to bfloat16 and then scaled as q kᵀ is, as in Falcon; false by default.
    /// </summary>
    public bool AlibiIsRounded { get; init; }

    /// <summary>
    /// One logit a head, <c>[H]</c>, that takes its part in each softmax and reads no value (Xiao et al. 2024, as in gpt-oss); none when
    /// null.
    /// </summary>
    public Parameter? Sinks { get; init; }

    /// <summary>What a key's score gets for its distance, learned for each head (Raffel et al. 2020); none when null.</summary>
    public RelativePositionBias? RelativePositions { get; init; }
}
