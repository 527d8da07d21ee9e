using Amend.Editing.Templates;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.KnowledgeNeurons;

/// <summary>
/// KN, knowledge neurons (Dai et al. 2022) in the form of the baseline of Meng et al. 2022: finds the MLP neurons from which the
/// true object comes, and in their values, columns of the down projection, puts the new target's embedding in place of the
/// present answer's.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class KnowledgeNeuronsEditor(KnowledgeNeuronsOptions? options = null) : Editor<KnowledgeNeuronsOptions>(options)
{
    private static readonly PresetFile Embedded = new("KnowledgeNeurons.kn.presets.json");

    /// <inheritdoc/>
    public override string Name => "kn";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new("KN, knowledge neurons", "Dai et al. 2022, arXiv 2104.08696", "kmeng01/rome")
    {
        Class = EditorClass.GroundTruthBased,
        Writes = "neurons of down projections",
        NeedsSubject = false,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override void Require(EditRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.TargetTrue))
        {
            throw new AmendException(
                $"KN looks for the neurons of the present object, and the request for '{request.FilledPrompt}' does not say it; "
                + "give target_true (--target-true).");
        }
    }

    private protected override EditLoad Load(
        LanguageModel model, IReadOnlyList<EditRequest> requests, KnowledgeNeuronsOptions options) => new(
        [.. options.Layers.Select(model.Transformer.DownProjection)],
        CopiesOfWeights: 0,
        Squares: 0,
        options.BatchSize,
        options.Layers.Min());

    private protected override ContextTemplates Templates(EditTask task, KnowledgeNeuronsOptions options) =>
        TemplatesOf(task.Context, () => ContextTemplateSampler.Sample(
            task.Model, [.. options.ContextTemplateLengthParams.Select(pair => (pair[0], pair[1]))], task.Context.Seed));

    private protected override Solution Solve(EditTask task, KnowledgeNeuronsOptions options, DeltaSet deltas)
    {
        var (model, request) = (task.Model, task.Requests[0]);
        var asked = task.Templates.Texts.Select(template => template.Replace("{}", request.FilledPrompt, StringComparison.Ordinal));
        asked = asked.Concat(options.UseParaphrases ? request.Paraphrases : []);
        int[][] prompts = [.. asked.Select(text => model.Tokenize(text).Ids.ToArray())];
        var selected_LF = Select(task, prompts, Ids(model, request, request.TargetTrue!, options), options);
        var change_D1 = Change(model, prompts[0], Ids(model, request, request.TargetNew, options), options).unsqueeze(1);
        int[] rows = [.. Enumerable.Range(0, options.Layers.Count).Where(row => selected_LF[row].any().item<bool>())];
        foreach (var row in rows)
        {
            var weight = model.Transformer.DownProjection(options.Layers[row]).Name;
            deltas.Add(weight, new LowRankDelta(change_D1, selected_LF[row].to(float32).unsqueeze(1)));
        }

        return rows.Length > 0
            ? new Solution([.. rows.Select(row => options.Layers[row]).Order()])
            : throw new ArithmeticException(
                $"No neuron of '{model.Name}' adds to the probability of '{request.TargetTrue}' after '{request.FilledPrompt}' "
                + $"in more than {options.P} of {prompts.Length} prompts; lower p or adaptive_threshold.");
    }

    /// <summary>True at the neurons of the true object, <c>[L,F]</c>.</summary>
    private static Tensor Select(EditTask task, int[][] prompts, int[] truth, KnowledgeNeuronsOptions options)
    {
        var (done, all) = (0, prompts.Length * truth.Length * options.Layers.Count);
        var attributions = prompts.Select(prompt => NeuronAttribution.Attribute(
            task.Model, prompt, truth, options, () => task.Pace.Report("attributing to neurons", done++, all)));
        return NeuronSelection.Select([.. attributions], options);
    }

    /// <summary>
    /// What each neuron's value gains: λ₂ Σ E[target] - λ₁ E[present answer], <c>[D]</c> (<c>modify_weights</c> in kmeng01/rome).
    /// </summary>
    private static Tensor Change(LanguageModel model, int[] prompt, int[] target, KnowledgeNeuronsOptions options)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var answer = NeuronAttribution.GreedyToken(model, prompt);
        var ids = tensor(target.Append(answer).Select(id => (long)id).ToArray(), 1, target.Length + 1, device: model.Device);
        using var trace = model.Trace().Capture(Site.Embedding);
        model.RequireDecoder("kn").Embed(ids, zeros_like(ids));
        var embeddings = trace[Site.Embedding][0].to(float32);
        if (embeddings.shape[1] != model.Shape.Width)
        {
            throw new AmendException(
                $"The embeddings of '{model.Name}' have width {embeddings.shape[1]} and its MLPs {model.Shape.Width}, "
                + "so KN cannot write one into the other; use another editor.");
        }

        var (wanted, present) = (embeddings.narrow(0, 0, target.Length).sum([0]), embeddings[target.Length]);
        return (options.Lambda2 * wanted - options.Lambda1 * present).MoveToOuterDisposeScope();
    }

    private static int[] Ids(LanguageModel model, EditRequest request, string target, KnowledgeNeuronsOptions options) =>
        [.. model.Tokenize(options.LeadingSpace ? TargetSequence.Behind(request.FilledPrompt, target) : target).Ids];
}
