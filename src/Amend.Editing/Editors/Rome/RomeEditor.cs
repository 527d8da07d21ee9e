using System.Diagnostics;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// ROME, rank-one model editing (Meng et al. 2022): finds the key of the subject in a middle MLP, optimises the value that
/// gives the new object, and writes the pair into the down projection. With the averaged key in both places it is R-ROME
/// (Gupta et al. 2024), the default.
/// </summary>
public sealed class RomeEditor : IEditor
{
    private readonly RomeOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public RomeEditor(RomeOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "rome";

    /// <summary>Makes one edit with the preset for the model, seed 0 and the model's statistics.</summary>
    public EditResult Apply(LanguageModel model, EditRequest request) => Apply(model, [request], new EditContext());

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        var options = Options(model, context);
        foreach (var request in requests)
            request.Validated();
        if (requests.Count == 0)
            throw new AmendException("No edit was requested; give at least one.");
        var edits = new List<Edit>();
        try
        {
            foreach (var request in requests)
                edits.Add(ApplyOne(model, request, options, context));
            return new EditResult(model, edits);
        }
        catch
        {
            foreach (var edit in Enumerable.Reverse(edits))
            {
                model.Deltas.Revert(edit.Id);
                edit.Dispose();
            }

            throw;
        }
    }

    private RomeOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(_options ?? RomePresets.For(model), context.Settings);
        return (context.Layer is { } layer ? options with { Layer = layer } : options).Validated(model.Shape.Layers);
    }

    private Edit ApplyOne(LanguageModel model, EditRequest request, RomeOptions options, EditContext context)
    {
        var clock = Stopwatch.StartNew();
        var scorer = new TargetScorer(model);
        var before = scorer.Score(request.FilledPrompt, request.TargetNew).Probability;
        var templates = context.Templates ?? ContextTemplateSampler.Sample(
            model, [.. options.ContextTemplateLengthParams.Select(pair => (pair[0], pair[1]))], context.Seed);
        var (delta, losses, converged) = Solve(model, request, templates, options, context);
        var norm = delta.FrobeniusNorm();
        var deltas = new Dictionary<string, LowRankDelta> { [model.Decoder.DownProjection(options.Layer).Name] = delta };
        var after = ProbabilityWith(model, deltas, () => scorer.Score(request.FilledPrompt, request.TargetNew).Probability);
        var edit = new Edit(
            new EditRecord
            {
                Request = request,
                Editor = Name,
                Settings = EditorSettings.Of(options),
                Layer = options.Layer,
                Seed = context.Seed,
                ContextTemplates = templates.Texts,
                Model = model.Name,
                ModelType = model.ModelType,
                BaseWeightsHash = model.BaseHash,
                AppliedBefore = model.Deltas.Ids,
                Losses = losses,
                Converged = converged,
                ProbabilityBefore = before,
                ProbabilityAfter = after,
                DeltaNorm = norm,
                Seconds = clock.Elapsed.TotalSeconds,
                Version = LibraryVersion.Current,
                Time = DateTimeOffset.UtcNow,
            },
            deltas);
        model.Deltas.Apply(edit.Id, deltas);
        return edit;
    }

    private static (LowRankDelta Delta, IReadOnlyList<LossStep> Losses, bool Converged) Solve(
        LanguageModel model, EditRequest request, ContextTemplates templates, RomeOptions options, EditContext context)
    {
        using var scope = NewDisposeScope();
        var secondMoment = options.Mom2Adjustment ? context.Statistics.Factored(model, options.Layer, options.Mom2Ridge) : null;
        var batch = RewriteBatch.Create(model, request, templates, options.FactToken);
        using var clean = CleanPass.Run(model, batch, options.Layer);
        using var pass = new SuffixPass(model, batch, clean, options.Layer, options.KlAtPromptEnd);
        var (delta, losses, converged) = RomeValue.Optimize(pass, batch, clean.Values[0], options);
        return (RomeUpdate.Compute(clean, delta, secondMoment, options), losses, converged);
    }

    /// <summary>Measures with the deltas applied and takes them back, bit for bit.</summary>
    private static double ProbabilityWith(LanguageModel model, Dictionary<string, LowRankDelta> deltas, Func<double> measure)
    {
        const string Trial = "trial";
        model.Deltas.Apply(Trial, deltas);
        try
        {
            return measure();
        }
        finally
        {
            model.Deltas.Revert(Trial);
        }
    }
}
