using Amend.Editing.Editors;
using Amend.Editing.PostProcessing;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// The way of MEMIT (Meng et al. 2023, algorithm 1), which EMMET and AlphaEdit share: values of all requests at the last layer,
/// then layer by layer the keys, the layer's share of what is still missing, and an update. The editors differ in the update.
/// </summary>
internal static class BatchEdit
{
    /// <summary>Makes one edit of all requests and applies it.</summary>
    /// <typeparam name="T">The editor's options, which the record gets.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="editor">The editor's name.</param>
    /// <param name="requests">What to change, checked.</param>
    /// <param name="context">Seed, templates and statistics.</param>
    /// <param name="options">Settings, validated.</param>
    /// <param name="solve">
    /// The right factor of a layer's update, <c>[F,N]</c> float64 in the caller's dispose scope; the update is residual · rightᵀ.
    /// </param>
    public static EditResult Apply<T>(
        LanguageModel model, string editor, IReadOnlyList<EditRequest> requests, EditContext context, T options, Func<LayerKeys, Tensor> solve)
        where T : BatchEditorOptions
    {
        ContradictoryRequests.Refuse(requests);
        var statistics = new UsedStatistics(context.Statistics);
        context = context with { Statistics = statistics };
        var templates = context.Templates?.Validated()
            ?? ContextTemplateSampler.Sample(model, options.ContextTemplateStarts, options.ContextTemplateLength, context.Seed);
        var post = PostProcessors.Parse(options.Post);
        var draft = new EditDraft(model, editor, requests);
        using var scope = NewDisposeScope();
        var values = BatchValues.Optimize(model, requests, templates, options);
        var lookups = new LookupPass(model, requests, templates, options.FactToken, options.ZBatchSize);
        var deltas = Spread(model, lookups, values.Original + post.Delta(values.Original, values.Delta), context, options.Layers, solve);
        var making = new EditMaking(
            EditorSettings.Of(options), options.Layers[^1], context.Seed, templates.Texts, values.MeanLosses, values.Converged.All(reached => reached))
        {
            Post = post,
            Statistics = [.. options.Layers.Select(layer => statistics.NoteOf(layer) ?? StatisticsNote.Identity(layer))],
        };
        return new EditResult(model, [draft.Apply(deltas, making)]);
    }

    /// <summary>
    /// The update of each layer: what is missing of the values after the layers before it, parted by the layers left. The model is
    /// as before afterwards.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="lookups">The requests' prompts.</param>
    /// <param name="values_ND">The values to reach at the last layer, <c>[N,D]</c> float32.</param>
    /// <param name="context">Statistics.</param>
    /// <param name="layers">The layers, in ascending order.</param>
    /// <param name="solve">The right factor of a layer's update.</param>
    /// <returns>The update of each down projection, which the caller disposes.</returns>
    public static Dictionary<string, IWeightDelta> Spread(
        LanguageModel model, LookupPass lookups, Tensor values_ND, EditContext context, IReadOnlyList<int> layers, Func<LayerKeys, Tensor> solve)
    {
        using var none = no_grad();
        var deltas = new Dictionary<string, IWeightDelta>();
        using var trial = new TrialDeltas(model);
        try
        {
            foreach (var (i, layer) in layers.Index())
            {
                using var scope = NewDisposeScope();
                var weight = model.Decoder.DownProjection(layer).Name;
                var keys_FN = lookups.Keys(layer).t().to(float64);
                var residual_DN = (values_ND - lookups.Values(layers[^1])).t() / (layers.Count - i);
                var right_FN = solve(new LayerKeys(model, context.Statistics, layer, keys_FN, model.Deltas.KeysOf(weight)));
                deltas.Add(weight, new LowRankDelta(residual_DN, right_FN, keys_FN));
                trial.Apply(weight, deltas[weight]);
            }

            return deltas;
        }
        catch
        {
            foreach (var delta in deltas.Values)
                delta.Dispose();
            throw;
        }
    }
}
