using System.Text.Json.Serialization;
using Amend.Editing.PostProcessing;
using Amend.Tensors;

namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>Settings of KN; names and defaults are those of kmeng01/rome's hparams/KN where it has them.</summary>
public sealed record KnowledgeNeuronsOptions
{
    /// <summary>The layers in which neurons are looked for, or <c>all</c>, the default.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public IReadOnlyList<int> Layers { get; init; } = LayerList.All;

    /// <summary>Points between zero and a neuron's activation at which its gradient is taken, both ends included; 20 by default.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Points a pass; 20 by default. No figure depends on it.</summary>
    public int BatchSize { get; init; } = 20;

    /// <summary>The share of a prompt's greatest attribution above which a neuron counts; 0.2 by default.</summary>
    public double AdaptiveThreshold { get; init; } = 0.2;

    /// <summary>The share of prompts in more than which a neuron must count to be kept; 0.4 by default.</summary>
    public double P { get; init; } = 0.4;

    /// <summary>What is scaled; the paper's by default.</summary>
    public NeuronSite NeuronSite { get; init; } = NeuronSite.AfterActivation;

    /// <summary>What stands before later tokens of the true object; its own by default.</summary>
    public TruthContext TruthContext { get; init; } = TruthContext.Truth;

    /// <summary>Context templates that make further prompts, as ROME's setting of the name; none by default.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ContextTemplateLengthParams { get; init; } = [];

    /// <summary>
    /// Whether the request's paraphrases are prompts too. False by default: measures of generalization ask these paraphrases, and
    /// mean little for an edit that has seen them.
    /// </summary>
    public bool UseParaphrases { get; init; }

    /// <summary>Whether targets get a space in front where they have none; true by default. The authors' code takes them as they are.</summary>
    public bool LeadingSpace { get; init; } = true;

    /// <summary>λ₁, how often the embedding of the present answer's first token is taken from each neuron's value; 2 by default.</summary>
    public double Lambda1 { get; init; } = 2;

    /// <summary>λ₂, how often the embedding of each token of the new target is added; 1 by default.</summary>
    public double Lambda2 { get; init; } = 1;

    /// <summary>What is done to the update before it is applied, such as <c>rect:0.4,prune</c>; nothing by default.</summary>
    public string Post { get; init; } = "";

    /// <summary>Refuses settings that make no sense for a model of so many layers.</summary>
    /// <exception cref="AmendException">Settings are out of range; all of them are named.</exception>
    public KnowledgeNeuronsOptions Validated(int layers)
    {
        _ = PostProcessors.Parse(Post);
        string?[] all =
        [
            LayerList.Wrong(Layers, layers),
            Steps >= 2 ? null : $"steps is {Steps} and must be at least 2",
            BatchSize >= 1 ? null : $"batch_size is {BatchSize} and must be at least 1",
            Wrong("adaptive_threshold", AdaptiveThreshold, AdaptiveThreshold is >= 0 and < 1, "0 or more and below 1"),
            Wrong("p", P, P is >= 0 and < 1, "0 or more and below 1"),
            Wrong("lambda1", Lambda1, true, "finite"),
            Wrong("lambda2", Lambda2, true, "finite"),
            ContextTemplateLengthParams.All(pair => pair is [>= 2, >= 0])
                ? null
                : "context_template_length_params must be pairs of a length of at least 2 and a number, such as [[5,10],[10,10]]",
        ];
        string[] wrong = [.. all.OfType<string>()];
        return wrong.Length == 0
            ? this with { Layers = LayerList.Of(Layers, layers) }
            : throw new AmendException($"KN cannot edit with these settings: {string.Join("; ", wrong)}.");
    }

    private static string? Wrong(string name, double value, bool isInRange, string range) =>
        isInRange && double.IsFinite(value) ? null : $"{name} is {value} and must be a number, {range}";
}
