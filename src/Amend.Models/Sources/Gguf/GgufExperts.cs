namespace Amend.Models.Sources.Gguf;

/// <summary>What GGUF files say of mixtures of experts: each matrix is that of all experts, one behind the other.</summary>
internal static class GgufExperts
{
    /// <summary>The number of experts.</summary>
    public const string CountKey = "expert_count";

    /// <summary>How many a token goes through.</summary>
    public const string ChosenKey = "expert_used_count";

    /// <summary>The width of an expert's inner layer, where the family has it under this key.</summary>
    public static GgufKey Inner { get; } = GgufKey.Size("expert_feed_forward_length", "moe_intermediate_size");

    /// <summary>The keys of families that call experts local ones.</summary>
    /// <param name="experts">Their number where a configuration does not say.</param>
    /// <param name="chosen">How many a token goes through where a configuration does not say.</param>
    public static IReadOnlyList<GgufKey> Local(int experts, int chosen) =>
        [GgufKey.Size(CountKey, "num_local_experts", experts), GgufKey.Size(ChosenKey, "num_experts_per_tok", chosen)];

    /// <summary>The modules of a mixture with those of a block beside the MLP.</summary>
    /// <param name="block">The modules of a model with one MLP a block, whose MLP is left out.</param>
    /// <param name="router">The router's name within the block.</param>
    /// <param name="experts">What experts are called before their number.</param>
    /// <param name="names">What gate, up and down projection of an expert are called; as most families call them when null.</param>
    public static IReadOnlyList<GgufModule> Modules(
        IReadOnlyList<GgufModule> block, string router, string experts, (string Gate, string Up, string Down)? names = null)
    {
        var (gate, up, down) = names ?? ("gate_proj", "up_proj", "down_proj");
        GgufModule Of(string inFile, string name) => new($"blk.N.ffn_{inFile}_exps", $"model.layers.N.{experts}.E.{name}");
        return
        [
            .. block.Where(module => module.InFile is not ("blk.N.ffn_gate" or "blk.N.ffn_up" or "blk.N.ffn_down")),
            new("blk.N.ffn_gate_inp", $"model.layers.N.{router}") { StaysWide = true },
            Of("gate", gate),
            Of("up", up),
            Of("down", down),
        ];
    }
}
