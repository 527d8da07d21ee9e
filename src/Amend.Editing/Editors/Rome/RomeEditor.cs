using System.Text.Json.Nodes;
using Amend.Editing.KeyValue;
using Amend.Editing.PostProcessing;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Models;
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

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("ROME, rank-one model editing, with R-ROME's averaged keys", "Meng et al. 2022, arXiv 2202.05262; Gupta et al. 2024, arXiv 2403.07175", "kmeng01/rome");

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(_options ?? (model is null ? new RomeOptions() : RomePresets.For(model)));

    /// <summary>Makes one edit with the preset for the model, seed 0 and the model's statistics.</summary>
    public EditResult Apply(LanguageModel model, EditRequest request) => Apply(model, [request], new EditContext());

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
        RequestChecks.Refuse(model, Name, requests, context, Load(model, options));
        context = context with { Templates = Templates(model, options, context) };
        return EditsInTurn.Make(model, requests, request => ApplyOne(model, request, options, context));
    }

    private RomeOptions Options(LanguageModel model, EditContext context)
    {
        if (context.Layer < 0)
            throw new AmendException($"Layer {context.Layer} was asked; '{model.Name}' has layers 0 to {model.Shape.Layers - 1}.");
        var options = EditorSettings.With(_options ?? RomePresets.For(model), context.Settings);
        return (context.Layer is { } layer ? options with { Layer = layer } : options).Validated(model.Shape.Layers);
    }

    private static EditLoad Load(LanguageModel model, RomeOptions options)
    {
        var templates = options.ContextTemplateLengthParams;
        return new EditLoad(
            [model.Decoder.DownProjection(options.Layer)],
            CopiesOfWeights: 1,
            options.Mom2Adjustment ? EditLoad.SquaresOfASolve : 0,
            // The bare prompt and the essence prompt are passed too.
            Sequences: templates.Sum(pair => pair[1]) + 2,
            options.Layer,
            templates.Select(pair => pair[0]).DefaultIfEmpty().Max())
        {
            FromSubject = true,
        };
    }

    /// <summary>The given templates, or ones that are sampled from the model before the first of the edits.</summary>
    private static ContextTemplates Templates(LanguageModel model, RomeOptions options, EditContext context) =>
        context.Templates?.Validated()
        ?? ContextTemplateSampler.Sample(model, [.. options.ContextTemplateLengthParams.Select(pair => (pair[0], pair[1]))], context.Seed);

    private Edit ApplyOne(LanguageModel model, EditRequest request, RomeOptions options, EditContext context)
    {
        var draft = new EditDraft(model, Name, [request], context);
        var statistics = new UsedStatistics(context.Statistics);
        var (delta, denominator, losses, converged) = Solve(model, request, options, context with { Statistics = statistics });
        return draft.Apply(
            new Dictionary<string, IWeightDelta> { [model.Decoder.DownProjection(options.Layer).Name] = delta },
            new EditMaking(EditorSettings.Of(options), options.Layer, context.Seed, context.Templates!.Texts, losses, converged)
            {
                Statistics = options.Mom2Adjustment ? statistics.Notes : [StatisticsNote.Identity(options.Layer)],
                Denominator = denominator,
            });
    }

    private static (LowRankDelta Delta, double Denominator, IReadOnlyList<LossStep> Losses, bool Converged) Solve(
        LanguageModel model, EditRequest request, RomeOptions options, EditContext context)
    {
        using var scope = NewDisposeScope();
        var secondMoment = options.Mom2Adjustment ? context.Statistics.Factored(model, options.Layer, options.Mom2Ridge) : null;
        var batch = RewriteBatch.Create(model, request, context.Templates!, options.FactToken);
        using var clean = CleanPass.Run(model, batch, options.Layer);
        using var pass = new SuffixPass(model, batch, clean, options.Layer, options.KlAtPromptEnd);
        var values = ValueOptimizer.Optimize(pass, batch, clean.Values.narrow(0, 0, 1), options);
        var gain = PostProcessors.Parse(options.Post).Delta(values.Original, values.Delta);
        var delta = RomeUpdate.Compute(clean, gain[0], secondMoment, options);
        return (delta, RomeUpdate.Denominator(clean, delta, options), values.Losses[0], values.Converged[0]);
    }
}
