namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>What stands between the prompt and a later token of the true object when its attribution is computed.</summary>
public enum TruthContext
{
    /// <summary>The true object's tokens before it.</summary>
    Truth,

    /// <summary>The model's own greedy tokens.</summary>
    Greedy,

    /// <summary>Nothing: every token is scored at the prompt's end.</summary>
    None,
}
