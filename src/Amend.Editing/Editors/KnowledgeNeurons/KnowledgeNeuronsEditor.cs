using System.Text.Json.Nodes;
using Amend.Editing.Templates;
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
public sealed class KnowledgeNeuronsEditor : IEditor
{
    private static readonly PresetFile Presets = new("KnowledgeNeurons.kn.presets.json");
    private readonly KnowledgeNeuronsOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public KnowledgeNeuronsEditor(KnowledgeNeuronsOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "kn";

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("KN, knowledge neurons", "Dai et al. 2022, arXiv 2104.08696", "kmeng01/rome");

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(Preset(model));

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context)
    {
        model.RequireDecoder(Name);
        _ = Options(model, context);
    }

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Refuse(model, this, requests, context);
        var options = Options(model, context);
        foreach (var request in requests)
        {
            if (string.IsNullOrWhiteSpace(request.TargetTrue))
                throw new AmendException($"KN looks for the neurons of the present object, and the request for '{request.FilledPrompt}' does not say it; give target_true (--target-true).");
        }

        var layers = options.Layers.Select(model.Decoder.DownProjection);
        RequestChecks.Refuse(model, Name, requests, context, new EditLoad([.. layers], CopiesOfWeights: 0, Squares: 0, options.BatchSize, options.Layers.Min()));
        var templates = context.Templates?.Validated()
            ?? ContextTemplateSampler.Sample(model, [.. options.ContextTemplateLengthParams.Select(pair => (pair[0], pair[1]))], context.Seed);
        return EditsInTurn.Make(model, requests, request =>
        {
            var draft = new EditDraft(model, Name, [request], context);
            var deltas = Solve(model, request, templates, options);
            var edited = options.Layers.Where(layer => deltas.ContainsKey(model.Decoder.DownProjection(layer).Name));
            return draft.Apply(deltas, new EditMaking(EditorSettings.Of(options), edited.Max(), context.Seed, templates.Texts, [], Converged: true));
        });
    }

    private KnowledgeNeuronsOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? new KnowledgeNeuronsOptions() : Presets.For(new KnowledgeNeuronsOptions(), model.ModelType, model.Shape));

    private KnowledgeNeuronsOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        return (context.Layer is { } layer ? options with { Layers = [layer] } : options).Validated(model.Shape.Layers);
    }

    private static Dictionary<string, IWeightDelta> Solve(LanguageModel model, EditRequest request, ContextTemplates templates, KnowledgeNeuronsOptions options)
    {
        using var scope = NewDisposeScope();
        IEnumerable<string> asked = templates.Texts.Select(template => template.Replace("{}", request.FilledPrompt, StringComparison.Ordinal));
        int[][] prompts = [.. asked.Concat(options.UseParaphrases ? request.Paraphrases : []).Select(text => model.Tokenize(text).Ids.ToArray())];
        var truth = Ids(model, request.TargetTrue!, options);
        var selected_LF = NeuronSelection.Of([.. prompts.Select(prompt => NeuronAttribution.Of(model, prompt, truth, options))], options);
        var change_D1 = Change(model, prompts[0], Ids(model, request.TargetNew, options), options).unsqueeze(1);
        var deltas = new Dictionary<string, IWeightDelta>();
        foreach (var (row, layer) in options.Layers.Index())
        {
            if (selected_LF[row].any().item<bool>())
                deltas.Add(model.Decoder.DownProjection(layer).Name, new LowRankDelta(change_D1, selected_LF[row].to(float32).unsqueeze(1)));
        }

        return deltas.Count > 0
            ? deltas
            : throw new ArithmeticException(
                $"No neuron of '{model.Name}' adds to the probability of '{request.TargetTrue}' after '{request.FilledPrompt}' in more than {options.P} of {prompts.Length} prompts; lower p or adaptive_threshold.");
    }

    /// <summary>What each neuron's value gains: λ₂ Σ E[target] - λ₁ E[present answer], <c>[D]</c> (<c>modify_weights</c> in kmeng01/rome).</summary>
    private static Tensor Change(LanguageModel model, int[] prompt, int[] target, KnowledgeNeuronsOptions options)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var answer = NeuronAttribution.GreedyToken(model, prompt);
        var ids = tensor(target.Append(answer).Select(id => (long)id).ToArray(), 1, target.Length + 1, device: model.Device);
        using var trace = model.Trace().Capture(Site.Embedding);
        model.Decoder.Embed(ids, zeros_like(ids));
        var embeddings = trace[Site.Embedding][0].to(float32);
        if (embeddings.shape[1] != model.Shape.Width)
            throw new AmendException($"The embeddings of '{model.Name}' have width {embeddings.shape[1]} and its MLPs {model.Shape.Width}, so KN cannot write one into the other; use another editor.");
        return (options.Lambda2 * embeddings.narrow(0, 0, target.Length).sum([0]) - options.Lambda1 * embeddings[target.Length]).MoveToOuterDisposeScope();
    }

    private static int[] Ids(LanguageModel model, string target, KnowledgeNeuronsOptions options) =>
        [.. model.Tokenize(options.LeadingSpace ? TargetSequence.WithSpace(target) : target).Ids];
}
