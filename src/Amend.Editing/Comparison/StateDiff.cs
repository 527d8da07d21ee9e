using Amend.Models.Scoring;

namespace Amend.Editing.Comparison;

/// <summary>In what two states of one model differ.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="A">The one.</param>
/// <param name="B">The other.</param>
public sealed record StateDiff(string Model, ComparedState A, ComparedState B)
{
    /// <summary>What both answer to each prompt.</summary>
    public required IReadOnlyList<ComparedAnswer> Prompts { get; init; }

    /// <summary>
    /// How far they are apart on texts, KL(P_A ‖ P_B) first of all; null where no text was given and none is asked by default.
    /// </summary>
    public Divergence? Texts { get; init; }

    /// <summary>The weights whose changes are not the same in both, in the order of the model.</summary>
    public required IReadOnlyList<WeightDifference> Weights { get; init; }

    /// <summary>What stands at layers or in front of prompts, where that is not the same in both.</summary>
    public required IReadOnlyList<AdaptorDifference> Adaptors { get; init; }

    /// <summary>How many prompts are answered otherwise.</summary>
    public int Differing => Prompts.Count(prompt => prompt.Differs);
}

/// <summary>A state of a model.</summary>
/// <param name="Name">What it was named by.</param>
/// <param name="Edits">The ids of the edits that it has, in order.</param>
public sealed record ComparedState(string Name, IReadOnlyList<string> Edits);

/// <summary>A prompt, and what two states answer.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Kind">What it is asked for.</param>
/// <param name="A">The greedy answer of the one; of a classifier its label.</param>
/// <param name="B">That of the other.</param>
public sealed record ComparedAnswer(string Prompt, AskedKind Kind, string A, string B)
{
    /// <summary>Whether the answers differ.</summary>
    public bool Differs => A != B;
}

/// <summary>What edits put at a layer or in front of prompts, where weights are left as they are.</summary>
/// <param name="Kind">What it is, as edit files name it, such as <c>codebook</c>.</param>
/// <param name="Weight">The name of the layer's weight.</param>
/// <param name="EntriesA">How many entries it has in the one state; of a network how many edits changed it.</param>
/// <param name="EntriesB">How many in the other.</param>
public sealed record AdaptorDifference(string Kind, string Weight, int EntriesA, int EntriesB);
