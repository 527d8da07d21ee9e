using Amend.Editing.Codebooks;
using Amend.Editing.Demonstrations;
using Amend.Editing.LayerNetworks;
using Amend.Editing.TokenCodebooks;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Stores;

/// <summary>A kind of effect that edit files hold, with the tensors that it is kept as.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="IsChange">Whether it is the change of a weight, which an edit has once for each.</param>
/// <param name="Parts">The tensors of an effect by part, which stay the effect's; null for an effect of another kind.</param>
/// <param name="Make">The effect of a file's entry from its tensors, which it copies.</param>
internal sealed record EffectKind(
    string Name,
    bool IsChange,
    Func<IEditEffect, IReadOnlyDictionary<string, Tensor>?> Parts,
    Func<StoredEffect, IReadOnlyDictionary<string, Tensor>, IEditEffect> Make)
{
    /// <summary>A change of a weight as factors: <c>left</c> is <c>[out,R]</c>, <c>right</c> <c>[in,R]</c>.</summary>
    public static EffectKind LowRank { get; } = new(
        "low_rank",
        IsChange: true,
        effect => effect is WeightEffect { Delta: LowRankDelta factors }
            ? new Dictionary<string, Tensor> { ["left"] = factors.Left, ["right"] = factors.Right }
            : null,
        (entry, parts) => new WeightEffect(entry.Weight, new LowRankDelta(parts["left"], parts["right"])));

    /// <summary>A change of a weight element by element: <c>delta</c> is <c>[out,in]</c>, or <c>[out]</c> of a bias.</summary>
    public static EffectKind Dense { get; } = new(
        "dense",
        IsChange: true,
        effect => effect is WeightEffect { Delta: DenseDelta dense } ? new Dictionary<string, Tensor> { ["delta"] = dense.Value } : null,
        (entry, parts) => new WeightEffect(entry.Weight, new DenseDelta(parts["delta"])));

    /// <summary>What the edit leaves to later ones, whatever its parts.</summary>
    public static EffectKind Memory { get; } = new(
        "memory",
        IsChange: false,
        effect => (effect as MemoryEffect)?.Values,
        (entry, parts) => new MemoryEffect(entry.Weight, entry.Name ?? throw new ArgumentException("it has no name"), parts));

    /// <summary>An event of a codebook: <c>key</c> is <c>[in]</c>, <c>value</c> <c>[out]</c>, <c>label</c> ids, <c>[N]</c>.</summary>
    public static EffectKind Codebook { get; } = new(
        "codebook",
        IsChange: false,
        effect => effect is CodebookEffect entry
            ? new Dictionary<string, Tensor> { ["key"] = entry.Key, ["value"] = entry.Value, ["label"] = entry.LabelIds }
            : null,
        (entry, parts) => new CodebookEffect(
            entry.Weight,
            parts["key"],
            parts["value"],
            [.. parts["label"].data<long>().Select(id => (int)id)],
            entry.Codebook ?? throw new ArgumentException("it has no rules")) { Token = entry.Name });

    /// <summary>A change of the parameters of a network at a layer, by their names.</summary>
    public static EffectKind LayerNetwork { get; } = new(
        "layer_network",
        IsChange: false,
        effect => (effect as LayerNetworkEffect)?.Changes,
        (entry, parts) => new LayerNetworkEffect(
            entry.Weight,
            entry.Network?.Form ?? throw new ArgumentException("it has no form"),
            (entry.Network.Inputs, entry.Network.Outputs),
            parts));

    /// <summary>A fact in front of prompts: <c>key</c> is <c>[D]</c>.</summary>
    public static EffectKind Demonstration { get; } = new(
        "demonstration",
        IsChange: false,
        effect => effect is DemonstrationEffect shown ? new Dictionary<string, Tensor> { ["key"] = shown.Key } : null,
        (entry, parts) => new DemonstrationEffect(
            entry.Weight,
            parts["key"],
            entry.Demonstration?.Texts ?? throw new ArgumentException("it has no texts"),
            entry.Demonstration.Rules ?? throw new ArgumentException("it has no rules")));

    /// <summary>
    /// An entry of a codebook at tokens: <c>keys</c> is <c>[K,F]</c>, <c>first</c> 1 or 0 a key, <c>[K]</c>, <c>value</c> <c>[D]</c>.
    /// </summary>
    public static EffectKind TokenCodebook { get; } = new(
        "token_codebook",
        IsChange: false,
        effect => effect is TokenCodebookEffect entry
            ? new Dictionary<string, Tensor> { ["keys"] = entry.Keys, ["first"] = entry.FirstMarks, ["value"] = entry.Value }
            : null,
        (entry, parts) => new TokenCodebookEffect(
            entry.Weight,
            entry.Name ?? throw new ArgumentException("it has no subject"),
            parts["keys"],
            [.. parts["first"].data<long>().Select(mark => mark != 0)],
            parts["value"],
            entry.Tokens ?? throw new ArgumentException("it has no rules")));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EffectKind> All { get; } = [LowRank, Dense, Memory, Codebook, LayerNetwork, Demonstration, TokenCodebook];

    /// <summary>The kind of a name in a file.</summary>
    /// <exception cref="AmendException">There is none.</exception>
    public static EffectKind Find(string name, string path) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new AmendException(
            $"'{path}' has an effect of the kind '{name}', and this version knows {Names}; use the version that made the edit.");

    /// <summary>The kind of an effect, and its tensors by part, which the effect still owns.</summary>
    /// <exception cref="ArgumentException">Edit files do not know such an effect.</exception>
    public static (EffectKind Kind, IReadOnlyDictionary<string, Tensor> Parts) Of(IEditEffect effect)
    {
        foreach (var kind in All)
        {
            if (kind.Parts(effect) is { } parts)
                return (kind, parts);
        }

        var type = effect is WeightEffect change ? change.Delta.GetType() : effect.GetType();
        throw new ArgumentException(
            $"The effect on '{effect.Weight}' is a {type.Name}, which edit files do not know; make it one of {Names}.", nameof(effect));
    }

    private static string Names => string.Join(", ", All.Select(kind => kind.Name));
}

/// <summary>What an edit file says of an effect.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Weight">The name of the weight that it belongs to.</param>
/// <param name="Tensors">The names of its tensors in the file, by part.</param>
internal sealed record StoredEffect(string Kind, string Weight, IReadOnlyDictionary<string, string> Tensors)
{
    /// <summary>
    /// What a memory is called, the token of a codebook's key, or the subject of an entry of a codebook at tokens; null for the other
    /// kinds.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>How an event changes a codebook; null for the other kinds.</summary>
    public CodebookRules? Codebook { get; init; }

    /// <summary>Where an entry of a codebook at tokens looks, and how near; null for the other kinds.</summary>
    public TokenRules? Tokens { get; init; }

    /// <summary>What a network at a layer is; null for the other kinds.</summary>
    public StoredLayerNetwork? Network { get; init; }

    /// <summary>What a demonstration shows; null for the other kinds.</summary>
    public StoredDemonstration? Demonstration { get; init; }

    /// <summary>What is said of an effect of some kind, whose tensors have some names.</summary>
    public static StoredEffect Of(IEditEffect effect, EffectKind kind, IReadOnlyDictionary<string, string> tensors) =>
        new(kind.Name, effect.Weight, tensors)
        {
            Name = effect switch
            {
                MemoryEffect memory => memory.Name,
                CodebookEffect entry => entry.Token,
                TokenCodebookEffect entry => entry.Subject,
                _ => null,
            },
            Codebook = (effect as CodebookEffect)?.Rules,
            Tokens = (effect as TokenCodebookEffect)?.Rules,
            Network = effect is LayerNetworkEffect network
                ? new StoredLayerNetwork(network.Form, network.Size.Inputs, network.Size.Outputs)
                : null,
            Demonstration = effect is DemonstrationEffect shown ? new StoredDemonstration(shown.Demonstration, shown.Rules) : null,
        };
}

/// <summary>What an edit file says of a demonstration.</summary>
/// <param name="Texts">What is shown.</param>
/// <param name="Rules">How it is found and written.</param>
internal sealed record StoredDemonstration(Demonstration Texts, DemonstrationRules Rules);

/// <summary>What an edit file says of a network at a layer.</summary>
/// <param name="Form">What it is.</param>
/// <param name="Inputs">The layer's number of inputs.</param>
/// <param name="Outputs">The layer's number of outputs.</param>
internal sealed record StoredLayerNetwork(LayerNetworkForm Form, long Inputs, long Outputs);
