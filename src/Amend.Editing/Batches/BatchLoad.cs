using Amend.Editing.Editors;
using Amend.Models;

namespace Amend.Editing.Batches;

/// <summary>What an edit of a closed-form batch editor holds in memory.</summary>
internal static class BatchLoad
{
    /// <summary>The load of one edit of all requests; values are optimised for a chunk of them at a time.</summary>
    public static EditLoad Of(LanguageModel model, IReadOnlyList<EditRequest> requests, BatchEditorOptions options) => new(
        [.. options.Layers.Select(model.Transformer.DownProjection)],
        CopiesOfWeights: 1,
        EditLoad.SquaresOfASolve + 1,
        // For each request a prompt a template, the bare prompt and the essence prompt.
        Math.Min(requests.Count, options.ZBatchSize) * (options.ContextTemplateStarts.Count + 2),
        options.Layers[^1],
        options.ContextTemplateLength)
    {
        FromSubject = true,
    };
}
