using System.Text.Json.Serialization;
using Amend.Editing.PostProcessing;
using Amend.Tensors;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>Settings of UltraEdit; names and defaults are those of XiaojieGu/UltraEdit where it has them.</summary>
public sealed record UltraEditOptions
{
    /// <summary>The layers whose down projections are changed, or <c>all</c>; a preset gives them for known models.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>η, which scales the wanted change of each value; 1e-6 by default.</summary>
    public double Lr { get; init; } = 1e-6;

    /// <summary>Requests whose gradients are taken in one pass; 10 by default.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>Which tokens the running mean and deviation go over; those that are written, by default.</summary>
    public NormalizeOver NormalizeOver { get; init; } = NormalizeOver.Target;

    /// <summary>What is done to the update before it is applied, such as <c>rect:0.4,prune</c>; nothing by default.</summary>
    public string Post { get; init; } = "";

    /// <summary>Refuses settings that make no sense for a model of so many layers.</summary>
    /// <exception cref="AmendException">Settings are out of range; all of them are named.</exception>
    public UltraEditOptions Validated(int layers)
    {
        _ = PostProcessors.Parse(Post);
        string?[] all =
        [
            LayerList.Wrong(Layers, layers),
            Lr > 0 && double.IsFinite(Lr) ? null : $"lr is {Lr} and must be a number, above 0",
            BatchSize >= 1 ? null : $"batch_size is {BatchSize} and must be at least 1",
        ];
        string[] wrong = [.. all.OfType<string>()];
        return wrong.Length == 0
            ? this with { Layers = LayerList.Of(Layers, layers) }
            : throw new AmendException($"UltraEdit cannot edit with these settings: {string.Join("; ", wrong)}.");
    }
}
