using Amend.Models.Weights;

namespace Amend.Models.Decoders.Experts;

/// <summary>The experts of a mixture, each an MLP with parameters of its own, however a checkpoint holds them.</summary>
/// <param name="Name">What their names begin with, before a number, such as <c>mlp.experts</c>.</param>
/// <param name="Each">Each of them, with names behind that number.</param>
internal sealed record ExpertsPlan(string Name, DenseMlpPlan Each)
{
    /// <summary>What most families call the router.</summary>
    public const string Router = "mlp.gate";

    /// <summary>How a checkpoint holds the same matrix of all experts in one tensor; null where each is a tensor of its own.</summary>
    public ExpertStacks? Stacks { get; init; }

    /// <summary>Experts as most families name them, by name or in the two tensors of transformers 5.</summary>
    /// <param name="each">An expert, as an MLP.</param>
    /// <param name="tensors">The names of the checkpoint's tensors.</param>
    /// <param name="stacks">Those two tensors; transformers' when null.</param>
    public static ExpertsPlan Of(DenseMlpPlan each, IReadOnlyList<string> tensors, ExpertStacks? stacks = null) =>
        new ExpertsPlan("mlp.experts", each with { Gate = "gate_proj", Up = "up_proj", Down = "down_proj" })
            .In(tensors, stacks ?? ExpertStacks.Fused);

    /// <summary>The experts as a checkpoint holds them: in the given tensors, if it has them.</summary>
    public ExpertsPlan In(IReadOnlyList<string> tensors, ExpertStacks stacks) =>
        this with { Stacks = stacks.AreIn(tensors) ? stacks : null };

    /// <summary>Their parameters, in order.</summary>
    /// <param name="block">What the names of the block's parameters begin with, such as <c>model.layers.0.</c>.</param>
    /// <param name="count">The number of experts, E.</param>
    /// <param name="width">The width of the residual stream.</param>
    public IEnumerable<WeightSpec> Weights(string block, int count, long width) =>
        from expert in Enumerable.Range(0, count)
        from spec in Each.Weights(Numbered(block, expert), width)
        select Stacks?.Place(spec, Each, block, expert, count) ?? spec;

    /// <summary>The names of their down projections within the block.</summary>
    /// <param name="count">The number of experts, E.</param>
    public IReadOnlyList<string> DownProjections(int count) =>
        [.. Enumerable.Range(0, count).Select(expert => Numbered("", expert) + Each.Down)];

    /// <summary>The experts over the parameters of a table.</summary>
    public IReadOnlyList<DenseMlp> Build(WeightTable weights, string block, int count) =>
        [.. Enumerable.Range(0, count).Select(expert => Each.BuildDense(weights, Numbered(block, expert)))];

    private string Numbered(string block, int expert) => $"{block}{Name}.{expert}.";
}
