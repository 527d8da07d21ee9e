using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models;
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
    public static OptimizedValues Optimize(LanguageModel model, IReadOnlyList<EditRequest> requests, ContextTemplates templates, BatchEditorOptions options)
    {
        using var scope = NewDisposeScope();
        OptimizedValues[] chunks = [.. requests.Chunk(options.ZBatchSize).Select(chunk => OfChunk(model, chunk, templates, options))];
        return new OptimizedValues(
            cat([.. chunks.Select(chunk => chunk.Original)], 0).MoveToOuterDisposeScope(),
            cat([.. chunks.Select(chunk => chunk.Delta)], 0).MoveToOuterDisposeScope(),
            [.. chunks.SelectMany(chunk => chunk.Losses)],
            [.. chunks.SelectMany(chunk => chunk.Converged)]);
    }

    private static OptimizedValues OfChunk(LanguageModel model, IReadOnlyList<EditRequest> requests, ContextTemplates templates, BatchEditorOptions options)
    {
        var layer = options.Layers[^1];
        var batch = RewriteBatch.Create(model, requests, templates, options.FactToken);
        using var clean = CleanPass.Run(model, batch, layer);
        using var pass = new SuffixPass(model, batch, clean, layer, options.KlAtPromptEnd);
        return ValueOptimizer.Optimize(pass, batch, clean.BareValues(model, batch), options);
    }
}
