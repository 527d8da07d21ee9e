using Amend.Editing.KeyValue;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>A share of the value that the parts of a key write which are some experts'.</summary>
/// <param name="Part">The share.</param>
/// <param name="Mask">One where the key is theirs, <c>[F]</c>; null for all of it.</param>
internal sealed record KeyShare(double Part, Tensor? Mask)
{
    /// <summary>The shares that a setting asks for; their tensors are in the caller's dispose scope.</summary>
    /// <param name="clean">Keys and the experts' factors at the lookup tokens.</param>
    /// <param name="share">The setting.</param>
    public static IReadOnlyList<KeyShare> Of(CleanPass clean, ExpertShare share)
    {
        if (clean.Factors is null || share == ExpertShare.Joint)
            return [new KeyShare(1, null)];
        using var factors_E = clean.Factors.mean([0]);
        float[] factors = [.. factors_E.cpu().data<float>()];
        return share == ExpertShare.Top
            ? [new KeyShare(1, MaskOf(Array.IndexOf(factors, factors.Max())))]
            : [.. factors.Index().Where(one => one.Item != 0).Select(one => new KeyShare(one.Item, MaskOf(one.Index)))];

        Tensor MaskOf(int expert)
        {
            var mask_F = zeros_like(clean.Keys[0]);
            var width = mask_F.shape[0] / factors.Length;
            mask_F.narrow(0, expert * width, width).fill_(1);
            return mask_F;
        }
    }

    /// <summary>The key's part, <c>[F]</c>, in the caller's dispose scope.</summary>
    public Tensor In(Tensor key) => Mask is null ? key : key * Mask;
}
