using Amend.Editing.Adaptors;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Grace;

/// <summary>
/// GRACE (Hartvigsen et al. 2023): a codebook at one layer, whose entries give the layer's output for prompts that are near to edited
/// ones. No weight is changed; each edit is one event in the codebook's history, and can be taken back alone.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class GraceEditor(GraceOptions? options = null) : Editor<GraceOptions>(options)
{
    private static readonly PresetFile Embedded = new("Grace.grace.presets.json");

    /// <inheritdoc/>
    public override string Name => "grace";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "GRACE, a codebook at a layer", "Hartvigsen et al. 2023, arXiv 2211.11031", "Thartvigsen/GRACE")
    {
        Class = EditorClass.MemoryBased,
        Writes = "no weight: a codebook",
        Adapts = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override void Require(LanguageModel model, GraceOptions options) =>
        _ = GraceEdit.BookOn(model, AdaptorLayer.Find(model, options).Name);

    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, GraceOptions options) =>
        new([], CopiesOfWeights: 0, Squares: 0, Sequences: 1, options.Layers[0]);

    private protected override Solution Solve(EditTask task, GraceOptions options, DeltaSet deltas)
    {
        var request = task.Requests[0];
        var weight = AdaptorLayer.Find(task.Model, options);
        using var batch = TargetBatch.Create(task.Model, [(request.FilledPrompt, request.TargetNew)]);
        var edit = GraceEdit.Make(
            task.Model, batch, weight, options, Cold, step => task.Pace.Report("training the value", step, options.NIter));
        edit.Effect.Token = KeyToken(task.Model, request);
        deltas.Add(edit.Effect);
        return new Solution(options.Layers) { Losses = edit.Losses, Converged = edit.Converged };

        Tensor Cold()
        {
            var random = StableRandom.For(task.Context.Seed, $"{request.FilledPrompt}\t{request.TargetNew}");
            return tensor(Enumerable.Range(0, (int)weight.Value.shape[0]).Select(_ => random.NextSingle()).ToArray());
        }
    }

    /// <summary>The token whose input is the key: the last one of what the model reads before it answers.</summary>
    private static string KeyToken(LanguageModel model, EditRequest request)
    {
        var row = OutputRow.Of(model, request.FilledPrompt, request.TargetNew);
        var id = row.Input[model.Transformer is CausalDecoder ? row.PromptEnd : row.Input.Count - 1];
        return model.Tokenizer.Decode([id]);
    }
}
