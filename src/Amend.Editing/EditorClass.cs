namespace Amend.Editing;

/// <summary>
/// A class of editors in the survey of Wang et al. 2023 (arXiv 2310.16218, section 5), which asks where new knowledge is put: beside
/// the model, into all its weights, or into those that hold the fact.
/// </summary>
/// <param name="Group">External memorization, global optimization or local modification.</param>
/// <param name="Name">The class within the group.</param>
public sealed record EditorClass(string Group, string Name)
{
    private const string External = "external memorization";
    private const string Global = "global optimization";
    private const string Local = "local modification";

    /// <summary>Knowledge is kept beside the model and looked up for each input.</summary>
    public static EditorClass MemoryBased { get; } = new(External, "memory-based");

    /// <summary>The model gets new parameters that hold the knowledge.</summary>
    public static EditorClass ExtensionBased { get; } = new(External, "extension-based");

    /// <summary>Weights are tuned on the edit alone, kept by nothing; what the survey's other methods are compared with.</summary>
    public static EditorClass FineTuning { get; } = new(Global, "fine-tuning without constraint");

    /// <summary>Weights are tuned on the edit within a bound that keeps other knowledge.</summary>
    public static EditorClass ConstrainedFineTuning { get; } = new(Global, "constrained fine-tuning");

    /// <summary>The gradient of the edit is turned into the change by a step between, mostly a network that was trained.</summary>
    public static EditorClass IntermediateFineTuning { get; } = new(Global, "intermediate fine-tuning");

    /// <summary>Weights are found by what they do to the probability of the right answer.</summary>
    public static EditorClass GroundTruthBased { get; } = new(Local, "ground-truth-based");

    /// <summary>Weights are found by the prompt: where the subject stands in it.</summary>
    public static EditorClass PromptBased { get; } = new(Local, "prompt-based");

    /// <summary>All of them, in the survey's order.</summary>
    public static IReadOnlyList<EditorClass> All { get; } =
    [
        MemoryBased, ExtensionBased, FineTuning, ConstrainedFineTuning, IntermediateFineTuning, GroundTruthBased, PromptBased,
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Group}, {Name}";
}
