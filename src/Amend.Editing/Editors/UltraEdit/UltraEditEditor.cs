using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>
/// UltraEdit (Gu et al. 2025): one pass forward and back, and one least-squares step at each layer from keys and gradients,
/// normalised over all tokens that the sequence's edits have written. Needs no subject, no statistics and no training.
/// Requests that are given together are one edit, which leaves the moments of its tokens to later ones.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class UltraEditEditor(UltraEditOptions? options = null) : Editor<UltraEditOptions>(options)
{
    private static readonly PresetFile Embedded = new("UltraEdit.ultraedit.presets.json");

    /// <inheritdoc/>
    public override string Name => "ultraedit";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "UltraEdit, one least-squares step", "Gu et al. 2025, arXiv 2505.14679", "XiaojieGu/UltraEdit")
    {
        Class = EditorClass.IntermediateFineTuning,
        Writes = "MLP down projections",
        Batch = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };

    private protected override PresetFile Presets => Embedded;

    /// <summary>
    /// A change is dense where there are more tokens than the matrix has rows or columns; the trial holds it a second time.
    /// </summary>
    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, UltraEditOptions options) => new(
        [.. options.Layers.Select(model.Transformer.DownProjection)],
        CopiesOfWeights: 2,
        Squares: 2,
        Math.Min(requests.Count, options.BatchSize),
        FirstLayer: 0);

    private protected override Solution Solve(EditTask task, UltraEditOptions options, DeltaSet deltas)
    {
        var (passes, loss) = Collect(task, options);
        foreach (var (place, layer) in options.Layers.Index())
        {
            task.Pace.Report("updating layers", place, options.Layers.Count);
            var name = task.Model.Transformer.DownProjection(layer).Name;
            var written = passes.Aggregate(RunningMoments.None, (sum, pass) => sum.With(RunningMoments.Measure(pass[place].Normalized)));
            var moments = RunningMoments.PastOf(task.Model, name).With(written);
            if (moments.Count < 2)
            {
                throw new AmendException(
                    "UltraEdit normalises over the written tokens of all edits, and there is only one; "
                    + "give several requests together, or normalize_over=all.");
            }

            var (keys, slopes) = (cat([.. passes.Select(pass => pass[place].Keys)]), cat([.. passes.Select(pass => pass[place].Slopes)]));
            deltas.Add(name, UltraEditUpdate.Compute(keys, slopes, moments, options.Lr));
            deltas.Leave(written.ToMemory(name));
        }

        return new Solution(options.Layers) { Losses = [new LossStep(0, loss, loss, 0, 0)] };
    }

    /// <summary>The tokens of each batch at each layer, and the mean loss.</summary>
    private static (List<IReadOnlyList<WrittenTokens>> Passes, double Loss) Collect(EditTask task, UltraEditOptions options)
    {
        var (passes, loss) = (new List<IReadOnlyList<WrittenTokens>>(), 0.0);
        foreach (var (i, chunk) in task.Requests.Chunk(options.BatchSize).Index())
        {
            task.Pace.Report("taking gradients", i * options.BatchSize, task.Requests.Count);
            using var batch = TargetBatch.Create(task.Model, [.. chunk.Select(request => (request.FilledPrompt, request.TargetNew))]);
            var (tokens, ofBatch) = WrittenTokens.Collect(task.Model, batch, options);
            passes.Add(tokens);
            loss += ofBatch * chunk.Length / task.Requests.Count;
        }

        return (passes, loss);
    }
}
