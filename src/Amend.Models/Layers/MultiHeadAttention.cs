using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Models.Layers;

/// <summary>Scaled dot-product attention over heads (Vaswani et al. 2017, eq. 1), with mask and cache.</summary>
public static class MultiHeadAttention
{
    /// <summary>Splits <c>[B,T,H*K]</c> into heads, <c>[B,H,T,K]</c>.</summary>
    public static Tensor SplitHeads(Tensor value, int heads)
    {
        var (batch, tokens, width) = (value.shape[0], value.shape[1], value.shape[2]);
        return value.view(batch, tokens, heads, width / heads).transpose(1, 2);
    }

    /// <summary>Joins heads, <c>[B,H,T,K]</c>, into <c>[B,T,H*K]</c>.</summary>
    public static Tensor JoinHeads(Tensor value)
    {
        var (batch, heads, tokens, width) = (value.shape[0], value.shape[1], value.shape[2], value.shape[3]);
        return value.transpose(1, 2).reshape(batch, tokens, heads * width);
    }

    /// <summary>softmax(q kᵀ / √K) v over the visible keys of the scope.</summary>
    /// <param name="layer">The block, for its mask and its part of the cache.</param>
    /// <param name="query">Queries, <c>[B,H,T,K]</c>; scale them first where the family's scale is not 1/√K.</param>
    /// <param name="key">Keys of the present tokens, <c>[B,H,T,K]</c>.</param>
    /// <param name="value">Values of the present tokens, <c>[B,H,T,K]</c>.</param>
    /// <param name="scope">Mask and cache of the pass.</param>
    /// <returns>The attended values, <c>[B,H,T,K]</c>.</returns>
    public static Tensor Attend(int layer, Tensor query, Tensor key, Tensor value, AttentionScope scope)
    {
        var (keys, values) = scope.Cache is null ? (key, value) : scope.Cache.Extend(layer, key, value);
        var mask = scope.Mask(layer);
        return mask is null
            ? scaled_dot_product_attention(query, keys, values, is_casual: true)
            : scaled_dot_product_attention(query, keys, values, attn_mask: mask);
    }
}
