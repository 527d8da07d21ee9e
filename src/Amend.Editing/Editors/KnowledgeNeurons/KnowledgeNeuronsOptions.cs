using System.Text.Json.Serialization;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>Settings of KN; names and defaults are those of kmeng01/rome's hparams/KN where it has them.</summary>
public sealed record KnowledgeNeuronsOptions : EditorOptions
{
    /// <summary>The layers in which neurons are looked for, or <c>all</c>, the default.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = LayerList.All;

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

    /// <summary>
    /// Whether targets get a space in front where they have none; true by default. The authors' code takes them as they are.
    /// </summary>
    public bool LeadingSpace { get; init; } = true;

    /// <summary>λ₁, how often the embedding of the present answer's first token is taken from each neuron's value; 2 by default.</summary>
    public double Lambda1 { get; init; } = 2;

    /// <summary>λ₂, how often the embedding of each token of the new target is added; 1 by default.</summary>
    public double Lambda2 { get; init; } = 1;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Count("steps", Steps, least: 2);
        problems.Count("batch_size", BatchSize);
        problems.Share("adaptive_threshold", AdaptiveThreshold);
        problems.Share("p", P);
        problems.Finite("lambda1", Lambda1);
        problems.Finite("lambda2", Lambda2);
        problems.TemplateLengths("context_template_length_params", ContextTemplateLengthParams);
    }
}

/// <summary>What counts as a neuron's activation.</summary>
public enum NeuronSite
{
    /// <summary>The down projection's input, as Dai et al. 2022 define it.</summary>
    AfterActivation,

    /// <summary>The up projection's output, which kmeng01/rome's baseline scales on GPT-2; for replication.</summary>
    BeforeActivation,
}

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
