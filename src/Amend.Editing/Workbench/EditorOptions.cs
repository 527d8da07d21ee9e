namespace Amend.Editing.Workbench;

/// <summary>
/// Settings that every editor has. An editor's own are its record's properties: their names in snake_case are the settings' names in
/// presets, <c>--set</c> and records.
/// </summary>
public abstract record EditorOptions
{
    /// <summary>The edited layers; a preset gives them for known models.</summary>
    public abstract IReadOnlyList<int> Layers { get; init; }

    /// <summary>
    /// What is done to values and updates before they are applied, such as <c>rect:0.4,norm-anchor</c>; nothing by default.
    /// </summary>
    public string Post { get; init; } = "";

    /// <summary>Says what makes no sense for a model of so many layers.</summary>
    /// <param name="problems">Where it is said.</param>
    /// <param name="layers">The model's layers.</param>
    internal abstract void Check(OptionProblems problems, int layers);
}
