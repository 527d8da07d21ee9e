using Amend.Tensors;

namespace Amend.Tracing;

/// <summary>
/// How facts are traced. The defaults are those of <c>causal_trace.py</c> of kmeng01/rome but for answers of several tokens.
/// </summary>
public sealed record TraceOptions
{
    private const double ReferenceWindow = 10;
    private const double ReferenceLayers = 48;

    /// <summary>What is restored, a map for each kind; by default the three kinds of the paper's figure 1.</summary>
    public IReadOnlyList<TraceKind> Kinds { get; init; } = [TraceKind.State, TraceKind.Mlp, TraceKind.Attention];

    /// <summary>How many layers the windows of MLP and attention hold; 10 by default.</summary>
    public int Window { get; init; } = 10;

    /// <summary>Corrupted copies of each prompt; 10 by default.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>
    /// The seed of the noise; each fact draws from it anew, so a fact's trace does not depend on other facts. 1 by default.
    /// </summary>
    public int Seed { get; init; } = 1;

    /// <summary>How an answer of several tokens is scored; whole by default.</summary>
    public AnswerScoring Scoring { get; init; } = AnswerScoring.Whole;

    /// <summary>
    /// Whether the severed kinds do as the authors' <c>trace_with_repatch</c>: the corrupted outputs come from one draw of noise,
    /// the run that they are put into has another. Off by default: both have the same noise.
    /// </summary>
    public bool Replicate { get; init; }

    /// <summary>
    /// The most tokens that one block is given at once, and that are held of restored runs at once; memory grows with it. 4096 by default.
    /// </summary>
    public int BatchTokens { get; init; } = 4096;

    /// <summary>
    /// The window for a model: 10 layers from 48 on, as the reference has for GPT-2 XL, and the same share of smaller models, at least 1.
    /// </summary>
    /// <param name="layers">The model's layers.</param>
    public static int WindowFor(int layers)
    {
        var share = Math.Round(layers * ReferenceWindow / ReferenceLayers, MidpointRounding.AwayFromZero);
        return Math.Clamp((int)share, 1, (int)ReferenceWindow);
    }

    /// <summary>Refuses options that no trace can have.</summary>
    /// <exception cref="AmendException">One of them is out of range; the message names it.</exception>
    public void Check()
    {
        if (Kinds.Count == 0)
            throw new AmendException($"No kind of trace was asked for; there are {string.Join(", ", TraceKind.All)}.");
        AtLeastOne(Window, "A window", "layers");
        AtLeastOne(Samples, "A trace", "samples of noise");
        AtLeastOne(BatchTokens, "A batch", "tokens");
    }

    private static void AtLeastOne(int value, string what, string unit)
    {
        if (value < 1)
            throw new AmendException($"{what} of {value} {unit} was asked for; give at least 1.");
    }
}

/// <summary>How the probability of an answer of several tokens is read.</summary>
public enum AnswerScoring
{
    /// <summary>The probability of all its tokens, teacher-forced: exp of their summed log-probabilities.</summary>
    Whole,

    /// <summary>The probability of its first token, as <c>causal_trace.py</c> of kmeng01/rome reads it.</summary>
    FirstToken,
}
