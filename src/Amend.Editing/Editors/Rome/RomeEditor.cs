using Amend.Editing.KeyValue;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Editing.Workbench;
using Amend.Models;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// ROME, rank-one model editing (Meng et al. 2022): finds the key of the subject in a middle MLP, optimises the value that
/// gives the new object, and writes the pair into the down projection. With the averaged key in both places it is R-ROME
/// (Gupta et al. 2024), the default.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class RomeEditor(RomeOptions? options = null) : Editor<RomeOptions>(options)
{
    private static readonly PresetFile Embedded = new("Rome.rome.presets.json");

    /// <inheritdoc/>
    public override string Name => "rome";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "ROME, rank-one model editing",
        "Meng et al. 2022, arXiv 2202.05262; Gupta et al. 2024, arXiv 2403.07175",
        "kmeng01/rome")
    {
        Class = EditorClass.PromptBased,
        Writes = "down projection, or experts'",
        NeedsStatistics = true,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, RomeOptions options)
    {
        var templates = options.ContextTemplateLengthParams;
        var map = model.Transformer.DownMap(options.Layer);
        return new EditLoad(
            map.Parts,
            CopiesOfWeights: 1,
            options.Mom2Adjustment ? EditLoad.SquaresOfASolve : 0,
            // The bare prompt and the essence prompt are passed too.
            Sequences: templates.Sum(pair => pair[1]) + 2,
            options.Layer,
            templates.Select(pair => pair[0]).DefaultIfEmpty().Max())
        {
            FromSubject = true,
            SquaresOfStatistics = true,
            Map = map,
        };
    }

    private protected override void RequireStatistics(EditTask task, RomeOptions options)
    {
        if (options.Mom2Adjustment)
            task.Statistics.Describe(task.Model, options.Layer);
    }

    private protected override ContextTemplates Templates(EditTask task, RomeOptions options) =>
        TemplatesOf(task.Context, () => ContextTemplateSampler.Sample(
            task.Model, [.. options.ContextTemplateLengthParams.Select(pair => (pair[0], pair[1]))], task.Context.Seed));

    private protected override Solution Solve(EditTask task, RomeOptions options, DeltaSet deltas)
    {
        var model = task.Model;
        var secondMoment = options.Mom2Adjustment ? task.Statistics.Factored(model, options.Layer, options.Mom2Ridge) : null;
        var batch = RewriteBatch.Create(model, task.Requests, task.Templates, options.FactToken);
        using var clean = CleanPass.Run(model, batch, options.Layer);
        using var pass = new SuffixPass(model, batch, clean, options.Layer, options.KlAtPromptEnd);
        void Tell(int step) => task.Pace.Report("optimising the value", step, options.VNumGradSteps);
        var values = ValueOptimizer.Optimize(pass, batch, clean.Values.narrow(0, 0, 1), options, Tell);
        var gain = task.Post.Delta(values.Original, values.Delta);
        var delta = RomeUpdate.Compute(clean, gain[0], secondMoment, options);
        var denominator = RomeUpdate.Denominator(clean, delta, options);
        deltas.Add(model.Transformer.DownMap(options.Layer), delta);
        return new Solution([options.Layer])
        {
            Losses = values.Losses[0],
            Converged = values.Converged[0],
            Statistics = [task.Statistics.NoteOf(options.Layer) ?? StatisticsNote.Identity(options.Layer)],
            Denominator = denominator,
        };
    }
}
