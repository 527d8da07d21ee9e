namespace Amend.Models.Decoders.Experts;

/// <summary>
/// The two ways in which most families' experts lie: by name as published, and in two tensors as transformers 5 has them in memory.
/// </summary>
internal static class ExpertLayouts
{
    /// <summary>The name of the router.</summary>
    public const string Router = "mlp.gate";

    private const string Prefix = "mlp.experts";
    private const string FusedGateUp = $"{Prefix}.gate_up_proj";

    /// <summary>Whether a checkpoint has experts in two tensors.</summary>
    public static bool AreFused(IReadOnlyList<string> tensors) => tensors.Any(name => name.EndsWith(FusedGateUp, StringComparison.Ordinal));

    /// <summary>Experts as a checkpoint has them.</summary>
    /// <param name="each">An expert, as an MLP.</param>
    /// <param name="tensors">The names of the checkpoint's tensors.</param>
    public static ExpertsPlan Of(DenseMlpPlan each, IReadOnlyList<string> tensors) => AreFused(tensors)
        ? Fused(each)
        : new SeparateExpertsPlan(Prefix, each with { Gate = "gate_proj", Up = "up_proj", Down = "down_proj" });

    /// <summary>Experts in two tensors.</summary>
    /// <param name="each">An expert, as an MLP.</param>
    public static FusedExpertsPlan Fused(DenseMlpPlan each) =>
        new(FusedGateUp, $"{Prefix}.down_proj", each.Inner, FusedExpertsPlan.ByHalves(each.Activation));
}
