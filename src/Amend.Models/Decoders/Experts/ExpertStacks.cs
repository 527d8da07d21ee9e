using Amend.Models.Weights;

namespace Amend.Models.Decoders.Experts;

/// <summary>How a checkpoint holds the experts of a block in two tensors: gates and ups of all, and downs of all.</summary>
/// <param name="GateUp">The name within the block of gates and ups, <c>[E,2F,D]</c>.</param>
/// <param name="Down">The name within the block of downs, <c>[E,D,F]</c>.</param>
internal sealed record ExpertStacks(string GateUp, string Down)
{
    private const string BiasEnd = "_bias";

    /// <summary>Those that transformers 5 has in memory and may save: the first half of an expert's rows is its gate.</summary>
    public static ExpertStacks Fused { get; } = new("mlp.experts.gate_up_proj", "mlp.experts.down_proj");

    /// <summary>Whether each expert's matrices lie as <c>[in,out]</c>; false by default.</summary>
    public bool IsTurned { get; init; }

    /// <summary>Whether gates and ups take turns; false by default: the gates lie before the ups.</summary>
    public bool IsInterleaved { get; init; }

    /// <summary>Whether a checkpoint has such tensors.</summary>
    public bool AreIn(IReadOnlyList<string> tensors) => tensors.Any(name => name.EndsWith(GateUp, StringComparison.Ordinal));

    /// <summary>A parameter of an expert with its place in them; biases are in tensors that are named after those of the weights.</summary>
    /// <param name="spec">The parameter.</param>
    /// <param name="each">An expert, as an MLP.</param>
    /// <param name="block">What the names of the block's parameters begin with.</param>
    /// <param name="expert">The expert's number.</param>
    /// <param name="count">The number of experts.</param>
    public WeightSpec Place(WeightSpec spec, DenseMlpPlan each, string block, int expert, int count)
    {
        bool IsOf(string? module) => spec.Name.EndsWith($".{module}.{spec.Kind}", StringComparison.Ordinal);
        var tensor = block + (IsOf(each.Down) ? Down : GateUp) + (spec.Kind == WeightSpec.Bias ? BiasEnd : "");
        return spec with
        {
            Place = new(tensor, expert, count)
            {
                IsTurned = IsTurned,
                Rows = IsOf(each.Down) ? RowShare.All : new(IsOf(each.Gate) ? 0 : 1, 2, IsInterleaved),
            },
        };
    }
}
