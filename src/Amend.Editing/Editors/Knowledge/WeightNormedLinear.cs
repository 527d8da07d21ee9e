using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// A linear map whose rows have a length and a direction of their own (Salimans and Kingma 2016): W = g v / ‖v‖. It reads its
/// tensors, which stay the caller's.
/// </summary>
/// <param name="Direction">v, <c>[out,in]</c>.</param>
/// <param name="Length">g, <c>[out,1]</c>.</param>
/// <param name="Bias">b, <c>[out]</c>.</param>
internal sealed record WeightNormedLinear(Tensor Direction, Tensor Length, Tensor Bias)
{
    /// <summary>Takes the parameters of a name.</summary>
    public static WeightNormedLinear From(NetworkTensors tensors, string name) =>
        new(tensors[$"{name}.weight_v"], tensors[$"{name}.weight_g"], tensors[$"{name}.bias"]);

    /// <summary>Draws the parameters of a name: those of torch's linear map, with the lengths that its rows have.</summary>
    public static void Initialize(NetworkDraw draw, string name, long outputs, long inputs)
    {
        var bound = 1 / Math.Sqrt(inputs);
        var direction_OI = draw.Uniform($"{name}.weight_v", bound, outputs, inputs);
        using (no_grad())
        using (var length_O1 = direction_OI.norm(1, keepdim: true))
            draw.Copy($"{name}.weight_g", length_O1);
        draw.Uniform($"{name}.bias", bound, outputs);
    }

    /// <summary>Maps a vector; the rows are scaled after the product, so that no other matrix is made.</summary>
    /// <param name="value"><c>[in]</c>.</param>
    /// <returns><c>[out]</c> with gradients, in the caller's dispose scope.</returns>
    public Tensor Apply(Tensor value)
    {
        using var scope = NewDisposeScope();
        var scale_O = Length.squeeze(1) / Direction.norm(1);
        return ((Direction.mv(value) * scale_O) + Bias).MoveToOuterDisposeScope();
    }
}
