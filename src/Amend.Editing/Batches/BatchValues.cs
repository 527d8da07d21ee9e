using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// The residual streams z that make the model give the new targets (Meng et al. 2023, eq. 16; <c>compute_z</c> in kmeng01/memit,
/// which goes through the requests one by one), for a chunk of requests in one pass.
/// </summary>
internal static class BatchValues
{
    /// <summary>Optimises z of every request at the last of the edited layers.</summary>
    /// <returns>The values in the requests' order, in the caller's dispose scope.</returns>
    /// <exception cref="ArithmeticException">A loss is no number.</exception>
    public static OptimizedValues Optimize(
        LanguageModel model,
        IReadOnlyList<EditRequest> requests,
        ContextTemplates templates,
        BatchEditorOptions options,
        EditPace pace = default)
    {
        using var scope = NewDisposeScope();
        // Requests whose sequences are of one length share a pass: the fewer lengths in a chunk, the more rows go through a layer at once.
        int[] order = [.. Enumerable.Range(0, requests.Count).OrderBy(i => TokensFromLookup(model, requests[i], options))];
        int[][] parts = [.. order.Chunk(options.ZBatchSize)];
        OptimizedValues[] chunks = [.. parts.Select((part, i) => OptimizeChunk(
            model, [.. part.Select(place => requests[place])], templates, options, step => Report(pace, i, parts.Length, step, options)))];
        int[] places = [.. Enumerable.Range(0, requests.Count).OrderBy(i => order[i])];
        var place_N = tensor(places.Select(place => (long)place).ToArray(), device: model.Device);
        IReadOnlyList<LossStep>[] losses = [.. chunks.SelectMany(chunk => chunk.Losses)];
        bool[] converged = [.. chunks.SelectMany(chunk => chunk.Converged)];
        return new OptimizedValues(
            cat([.. chunks.Select(chunk => chunk.Original)], 0).index_select(0, place_N).MoveToOuterDisposeScope(),
            cat([.. chunks.Select(chunk => chunk.Delta)], 0).index_select(0, place_N).MoveToOuterDisposeScope(),
            [.. places.Select(place => losses[place])],
            [.. places.Select(place => converged[place])]);
    }

    /// <summary>Tells the step among those of all chunks.</summary>
    private static void Report(EditPace pace, int chunk, int chunks, int step, BatchEditorOptions options) =>
        pace.Report("optimising values", (chunk * options.VNumGradSteps) + step, chunks * options.VNumGradSteps);

    private static int TokensFromLookup(LanguageModel model, EditRequest request, BatchEditorOptions options)
    {
        var (text, token) = request.ToSubjectPrompt().FindToken(model.Tokenizer, options.FactToken);
        return text.Ids.Count - token
            + model.Tokenizer.EncodeContinuation(TargetSequence.Behind(request.FilledPrompt, request.TargetNew)).Ids.Count;
    }

    private static OptimizedValues OptimizeChunk(
        LanguageModel model,
        IReadOnlyList<EditRequest> requests,
        ContextTemplates templates,
        BatchEditorOptions options,
        Action<int> onStep)
    {
        var layer = options.Layers[^1];
        var batch = RewriteBatch.Create(model, requests, templates, options.FactToken);
        using var clean = CleanPass.Run(model, batch, layer);
        using var pass = new SuffixPass(model, batch, clean, layer, options.KlAtPromptEnd);
        return ValueOptimizer.Optimize(pass, batch, clean.BareValues(model, batch), options, onStep);
    }
}
