using System.Text.Json.Serialization;
using Amend.Editing.Workbench;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// Settings that every training of a network has. A kind's own are its record's properties: their names in snake_case are the settings'
/// names in presets, <c>--set</c> and the network's record.
/// </summary>
public abstract record NetworkOptions
{
    /// <summary>The layers whose weights the network changes, or <c>all</c>, the default; a preset gives them for known models.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public IReadOnlyList<int> Layers { get; init; } = LayerList.All;

    /// <summary>Most optimiser steps; 10,000 by default.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Steps between validations; 500 by default.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>Validations without a better figure after which training ends; never when null, the default.</summary>
    public int? Patience { get; init; }

    /// <summary>Says what makes no sense for a model of so many layers.</summary>
    /// <param name="problems">Where it is said.</param>
    /// <param name="layers">The model's layers.</param>
    internal virtual void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Count("steps", Steps);
        problems.Count("validate_every", ValidateEvery);
        if (Patience is { } patience)
            problems.Count("patience", patience);
    }
}
