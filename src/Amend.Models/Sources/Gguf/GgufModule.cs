namespace Amend.Models.Sources.Gguf;

/// <summary>
/// A module of a model under both of its names, without <c>.weight</c> or <c>.bias</c>; <c>N</c> stands for the block's number. Where
/// the file holds the parameters of several modules in one tensor, as of all experts, <c>E</c> stands for the module's.
/// </summary>
/// <param name="InFile">What GGUF files call it, such as <c>blk.N.attn_q</c>.</param>
/// <param name="Name">
/// What Hugging Face calls it, such as <c>model.layers.N.self_attn.q_proj</c> or <c>model.layers.N.mlp.experts.E.up_proj</c>.
/// </param>
public sealed record GgufModule(string InFile, string Name)
{
    /// <summary>What the converter did to its values, to be undone; null, the default, where they lie as in a checkpoint.</summary>
    public IGgufValues? Values { get; init; }

    /// <summary>Whether its matrix is float32 in files of any type, as norms and biases are; false by default.</summary>
    public bool StaysWide { get; init; }

    /// <summary>Whether both names are those of one tensor, <c>.weight</c> or the like with them; false by default.</summary>
    public bool IsTensor { get; init; }

    /// <summary>Modules with others in the places of those of the same name in the file or outside it, and behind them.</summary>
    internal static IReadOnlyList<GgufModule> With(IReadOnlyList<GgufModule> modules, params IReadOnlyList<GgufModule> others) =>
        [.. modules.Where(module => others.All(other => other.InFile != module.InFile && other.Name != module.Name)), .. others];

    /// <summary>Whether the file holds the same parameter of several modules in one tensor.</summary>
    internal bool IsStack => $"{Name}.".Contains(".E.", StringComparison.Ordinal);
}
