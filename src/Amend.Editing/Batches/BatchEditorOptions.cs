using Amend.Editing.KeyValue;
using Amend.Editing.Workbench;
using Amend.Models.Subjects;
using Amend.Models.Weights;

namespace Amend.Editing.Batches;

/// <summary>
/// Settings that the closed-form batch editors share; names and defaults are those of kmeng01/memit's hparams for GPT-2 XL where
/// it has them.
/// </summary>
public abstract record BatchEditorOptions : EditorOptions, IValueOptions
{
    /// <summary>
    /// The edited layers, in ascending order; values are optimised at the last. None by default; a preset gives them for known models.
    /// </summary>
    public override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>The token at which facts are written; the subject's last by default.</summary>
    public LookupToken FactToken { get; init; } = LookupToken.SubjectLast;

    /// <summary>Most evaluations of the loss for a value; one optimiser step fewer. 20 by default.</summary>
    public int VNumGradSteps { get; init; } = 20;

    /// <summary>How the value is searched; by Adam by default. L-BFGS needs fewer evaluations, with a step that suits the model.</summary>
    public ValueSearch VOptimizer { get; init; } = ValueSearch.Adam;

    /// <summary>Adam's learning rate for values; 0.5 by default.</summary>
    public double VLr { get; init; } = 0.5;

    /// <summary>
    /// L-BFGS's first step in units of ‖h0‖, those behind it at most twice as long; 1 by default. Adam has no use for it.
    /// </summary>
    public double VStep { get; init; } = 1;

    /// <summary>Factor of ‖delta‖ / ‖h0‖² in the loss; 0.5 by default.</summary>
    public double VWeightDecay { get; init; } = 0.5;

    /// <summary>Loss below which a request's optimisation stops; 0.05 by default.</summary>
    public double VLossThreshold { get; init; } = 0.05;

    /// <summary>Greatest ‖delta‖ in units of ‖h0‖, the residual stream's norm; 0.75 by default.</summary>
    public double ClampNormFactor { get; init; } = 0.75;

    /// <summary>Factor of the divergence at the essence prompt, "{subject} is a"; 0.0625 by default.</summary>
    public double KlFactor { get; init; } = 0.0625;

    /// <summary>Whether the divergence is read at the essence prompt's last token instead of at the subject's. False by default.</summary>
    public bool KlAtPromptEnd { get; init; }

    /// <summary>
    /// Requests whose values are optimised together, which bounds the memory; 16 by default. The values do not depend on it.
    /// </summary>
    public int ZBatchSize { get; init; } = 16;

    /// <summary>
    /// What the context templates start with, one each; The, Therefore, Because, I and You by default. An empty text starts with the
    /// begin-of-text token.
    /// </summary>
    public IReadOnlyList<string> ContextTemplateStarts { get; init; } = ["The", "Therefore", "Because", "I", "You"];

    /// <summary>Tokens of each context template, its start among them; 10 by default.</summary>
    public int ContextTemplateLength { get; init; } = 10;

    /// <summary>
    /// What an edit holds in memory whose values are optimised with these settings, for a chunk of the requests at a time.
    /// </summary>
    /// <param name="requests">The number of requests.</param>
    /// <param name="weights">The weights that get a change.</param>
    /// <param name="copies">See <see cref="EditLoad.CopiesOfWeights"/>.</param>
    /// <param name="squares">See <see cref="EditLoad.Squares"/>.</param>
    internal EditLoad LoadOfValues(int requests, IReadOnlyList<ModelWeight> weights, int copies, int squares) => new(
        weights,
        copies,
        squares,
        // For each request a prompt a template, the bare prompt and the essence prompt.
        Math.Min(requests, ZBatchSize) * (ContextTemplateStarts.Count + 2),
        Layers[^1],
        ContextTemplateLength)
    {
        FromSubject = true,
    };

    /// <inheritdoc/>
    internal sealed override void Check(OptionProblems problems, int layers)
    {
        problems.Add(WrongLayers(layers));
        problems.Values(this);
        problems.Count("z_batch_size", ZBatchSize);
        problems.Count("context_template_length", ContextTemplateLength);
        CheckUpdate(problems);
    }

    /// <summary>Says what makes no sense of the settings of the editor's update.</summary>
    private protected abstract void CheckUpdate(OptionProblems problems);

    private string? WrongLayers(int layers)
    {
        if (Layers.Count == 0)
        {
            return $"there is no preset with layers for a model of this size, so name some of 0 to {layers - 2} with layers=[...] "
                + "or one with --layer";
        }

        var named = $"layers [{string.Join(", ", Layers)}] were asked";
        if (Layers.Any(layer => layer < 0 || layer >= layers))
            return $"{named} and the model has layers 0 to {layers - 1}";
        if (Layers.Zip(Layers.Skip(1)).Any(pair => pair.First >= pair.Second))
            return $"{named} and must be in ascending order, each once";
        // Nothing above the last block lets a later token see a change at the subject, so its gradient is zero.
        return Layers[^1] == layers - 1 && FactToken != LookupToken.Last
            ? $"{named}, but values at the model's last layer, {layers - 1}, change no later token; end before it"
            : null;
    }
}
