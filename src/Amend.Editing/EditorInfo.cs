using Amend.Models.Families;

namespace Amend.Editing;

/// <summary>What an editor is, for lists of editors.</summary>
/// <param name="Title">The method in a few words.</param>
/// <param name="Paper">Where it was published: authors, year, and an address where there is one.</param>
/// <param name="Repository">The code whose form it follows, such as <c>kmeng01/rome</c>; null where it follows the paper alone.</param>
public sealed record EditorInfo(string Title, string Paper, string? Repository)
{
    /// <summary>Its class in the survey of Wang et al. 2023; null, the default, for what makes no edit.</summary>
    public EditorClass? Class { get; init; }

    /// <summary>Which weights it writes, such as <c>MLP down projections</c>; empty, the default, for what makes no edit.</summary>
    public string Writes { get; init; } = "";

    /// <summary>Whether one request alone can be edited.</summary>
    public bool Single { get; init; } = true;

    /// <summary>
    /// Whether requests that are given together are solved together, as one edit. An editor without this makes one edit at a time: a
    /// list is refused, unless <see cref="EditContext.InTurn"/> asks for an edit of each in turn.
    /// </summary>
    public bool Batch { get; init; }

    /// <summary>The kinds of model that it edits; causal decoders by default.</summary>
    public ModelKinds Kinds { get; init; } = ModelKinds.CausalDecoder;

    /// <summary>Whether a request must name its subject; one without has a whole prompt. True by default.</summary>
    public bool NeedsSubject { get; init; } = true;

    /// <summary>Whether it needs second-moment statistics of the model. False by default.</summary>
    public bool NeedsStatistics { get; init; }

    /// <summary>Whether it needs a network that was trained for the model. False by default.</summary>
    public bool NeedsNetwork { get; init; }

    /// <summary>
    /// Whether it changes what layers give out and no weight, so that its edits cannot be merged into a checkpoint. False by default.
    /// </summary>
    public bool Adapts { get; init; }

    /// <summary>
    /// Whether it puts text in front of prompts and changes neither weight nor layer, so that its edits cannot be merged into a checkpoint.
    /// False by default.
    /// </summary>
    public bool PutsInFront { get; init; }

    /// <summary>Whether it can edit a model that has edits.</summary>
    public bool Sequence { get; init; } = true;
}
