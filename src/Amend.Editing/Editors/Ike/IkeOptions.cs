using System.Text.Json.Serialization;
using Amend.Editing.Demonstrations;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Ike;

/// <summary>Settings of IKE; edits that are in force together have the same.</summary>
public sealed record IkeOptions : EditorOptions
{
    /// <summary>
    /// The block after which prompts are read to find the edits that they are about, an early one; none by default, and a preset gives it
    /// for known models.
    /// </summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// How many further edits demonstrate before the fact, at most; 4 by default. The paper has 32 demonstrations, from a training set.
    /// </summary>
    public int K { get; init; } = 4;

    /// <summary>The cosine from which a prompt is about an edit, -1 to 1; 0.85 by default.</summary>
    public double Gate { get; init; } = 0.85;

    /// <summary>
    /// Which prompts get something in front: those that are about an edit, the default, or with <c>published</c> all of them, as in the
    /// paper's evaluation.
    /// </summary>
    public RetrievalRule Rule { get; init; } = RetrievalRule.Gated;

    /// <summary>How the text is written; in the paper's form by default.</summary>
    public DemonstrationForm Form { get; init; } = DemonstrationForm.NewFact;

    /// <summary>
    /// What a request shows to prompts of other edits: its fact alone by default, because its paraphrases and neighbours are what it is
    /// checked with.
    /// </summary>
    public ShownKinds Shows { get; init; } = ShownKinds.Copy;

    /// <summary>What each edit carries.</summary>
    internal DemonstrationRules Rules => new(Layers[0], K, Gate, Rule, Form);

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Require(Layers.Count <= 1 && !LayerList.IsAll(Layers), "layers must be one, the one at which prompts are read");
        problems.Count("k", K, least: 0);
        problems.Require(Gate is >= -1 and <= 1, $"gate is {Gate} and must be a cosine, -1 to 1");
        problems.Require(Post.Length == 0, "post changes weights, and a demonstration changes none");
    }
}

/// <summary>Which of the paper's kinds of demonstration a request gives.</summary>
public enum ShownKinds
{
    /// <summary>Copy: its fact.</summary>
    Copy,

    /// <summary>Copy, update and retain: its fact, paraphrases and neighbours.</summary>
    All,
}
