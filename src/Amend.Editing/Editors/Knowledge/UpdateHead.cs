using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// From the condition to the factors of one weight's update: a weight-normed map, tanh, and a second one (De Cao et al. 2021,
/// section 3.2). It reads the network's tensors, which own themselves.
/// </summary>
internal sealed class UpdateHead
{
    private readonly WeightNormedLinear _first;
    private readonly WeightNormedLinear _second;
    private readonly (long Rows, long Columns) _stored;
    private readonly bool _storedTransposed;
    private readonly double _maxScale;

    /// <summary>Takes the parameters of a weight's head.</summary>
    /// <param name="tensors">The network's tensors; they stay the caller's.</param>
    /// <param name="weight">The edited weight.</param>
    /// <param name="maxScale">What no scale is above.</param>
    public UpdateHead(NetworkTensors tensors, ModelWeight weight, double maxScale)
    {
        var name = NameOf(weight.Name);
        (_first, _second) = (WeightNormedLinear.From(tensors, $"{name}.0"), WeightNormedLinear.From(tensors, $"{name}.2"));
        (_stored, _storedTransposed, _maxScale) = (StoredShape(weight), weight.StoredTransposed, maxScale);
    }

    /// <summary>Draws the parameters of a weight's head.</summary>
    public static void Initialize(NetworkDraw draw, ModelWeight weight, NetworkSizes sizes)
    {
        var name = NameOf(weight.Name);
        WeightNormedLinear.Initialize(draw, $"{name}.0", sizes.Hidden, sizes.Condition);
        WeightNormedLinear.Initialize(draw, $"{name}.2", Outputs(StoredShape(weight)), sizes.Hidden);
    }

    /// <summary>The numbers that a head gives out for a weight, 2 (rows + columns) + 1.</summary>
    public static long Outputs(ModelWeight weight) => Outputs(StoredShape(weight));

    /// <summary>The name of the head's last bias, <c>[2 (rows + columns) + 1]</c>.</summary>
    public static string LastBias(string weight) => $"{NameOf(weight)}.2.bias";

    /// <summary>The factors for a condition.</summary>
    /// <param name="condition"><c>[C]</c>.</param>
    /// <returns>The factors with gradients, in the caller's dispose scope.</returns>
    public UpdateFactors Read(Tensor condition)
    {
        using var scope = NewDisposeScope();
        var given = _second.Apply(_first.Apply(condition).tanh());
        var (rows, columns) = _stored;
        var parts = given.split([columns, rows, columns, rows, 1]);
        var (columnA, rowA, columnB, rowB) = (parts[0], parts[1].softmax(0), parts[2], parts[3].softmax(0));
        // Rows are the first dimension of the weight as it is stored; here every weight is [out,in].
        var factors = _storedTransposed
            ? new UpdateFactors(columnA, rowA, columnB, rowB, parts[4].sigmoid() * _maxScale)
            : new UpdateFactors(rowA, columnA, rowB, columnB, parts[4].sigmoid() * _maxScale);
        return factors.MoveToOuterDisposeScope();
    }

    private static string NameOf(string weight) => $"conditioners.{weight.Replace('.', '_')}_conditioner.conditioners";

    private static (long Rows, long Columns) StoredShape(ModelWeight weight) => weight.StoredTransposed
        ? (weight.Value.shape[1], weight.Value.shape[0])
        : (weight.Value.shape[0], weight.Value.shape[1]);

    private static long Outputs((long Rows, long Columns) stored) => (2 * (stored.Rows + stored.Columns)) + 1;
}
