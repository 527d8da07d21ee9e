using System.Text.Json.Serialization;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>Settings of UltraEdit; names and defaults are those of XiaojieGu/UltraEdit where it has them.</summary>
public sealed record UltraEditOptions : EditorOptions
{
    /// <summary>
    /// The layers whose down projections are changed, or <c>all</c>; none by default, and a preset gives them for known models.
    /// </summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>η, which scales the wanted change of each value; 1e-6 by default.</summary>
    public double Lr { get; init; } = 1e-6;

    /// <summary>Requests whose gradients are taken in one pass; 10 by default.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>Which tokens the running mean and deviation go over; those that are written, by default.</summary>
    public NormalizeOver NormalizeOver { get; init; } = NormalizeOver.Target;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Rate("lr", Lr);
        problems.Count("batch_size", BatchSize);
    }
}

/// <summary>The tokens over which the running mean and deviation go.</summary>
public enum NormalizeOver
{
    /// <summary>Those that are written: the ones from which the target's tokens are predicted.</summary>
    Target,

    /// <summary>All of prompt and target, which makes edits of a single fact possible.</summary>
    All,
}
