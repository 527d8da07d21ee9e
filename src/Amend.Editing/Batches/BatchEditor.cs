using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// An editor that makes one edit of all its requests in the way of MEMIT (Meng et al. 2023, algorithm 1): values of all of them at the
/// last edited layer, then layer by layer the keys and an update that writes the layer's share. The editors differ in the update.
/// </summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class BatchEditor<TOptions> : Editor<TOptions>
    where TOptions : BatchEditorOptions, new()
{
    private protected BatchEditor(TOptions? options)
        : base(options)
    {
    }

    /// <summary>
    /// The right factor of a layer's update, <c>[F,N]</c> float64 in the caller's dispose scope; the update is residual · rightᵀ.
    /// </summary>
    private protected abstract Tensor Right(LayerKeys layer, TOptions options);

    /// <summary>
    /// Whether the update of a mixture takes the keys of all its experts for one, in memory of the square of their width; false by default.
    /// </summary>
    private protected virtual bool SolvesWhole => false;

    /// <summary>Asks for the statistics that a layer's update needs.</summary>
    /// <exception cref="AmendException">They are missing, or of no use to the editor.</exception>
    private protected abstract void Require(ISecondMomentSource statistics, LanguageModel model, int layer, TOptions options);

    private protected sealed override void RequireStatistics(EditTask task, TOptions options)
    {
        foreach (var (i, layer) in options.Layers.Index())
        {
            task.Pace.Report("reading statistics", i, options.Layers.Count);
            Require(task.Statistics, task.Model, layer, options);
        }
    }

    /// <summary>Layers below the last would share a change of the stream, which cannot be written behind a norm.</summary>
    private protected sealed override void Require(LanguageModel model, TOptions options)
    {
        if (options.Layers.Count > 1 && !model.RequireDecoder(Name).AddsMlpOutToStream)
        {
            throw new AmendException(
                $"The editor {Name} cannot edit with these settings: layers [{string.Join(", ", options.Layers)}] were asked, "
                + $"and '{model.Name}' has a norm or a factor behind its MLPs, so name one alone with --layer.");
        }
    }

    private protected sealed override ContextTemplates Templates(EditTask task, TOptions options) =>
        TemplatesOf(task.Context, () => ContextTemplateSampler.Sample(
            task.Model, options.ContextTemplateStarts, options.ContextTemplateLength, task.Context.Seed));

    private protected sealed override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, TOptions options)
    {
        DownMap[] maps = [.. options.Layers.Select(model.Transformer.DownMap)];
        var load = options.LoadOfValues(
            requests.Count, [.. maps.SelectMany(map => map.Parts)], copies: 1, EditLoad.SquaresOfASolve + 1);
        return load with { Map = maps.MaxBy(map => map.Inputs), IsWhole = SolvesWhole };
    }

    private protected sealed override Solution Solve(EditTask task, TOptions options, DeltaSet deltas)
    {
        var values = BatchValues.Optimize(task.Model, task.Requests, task.Templates, options, task.Pace);
        var lookups = new LookupPass(task.Model, task.Requests, task.Templates, options.FactToken, options.ZBatchSize) { Pace = task.Pace };
        var spread = new LayerSpread(lookups, values.Original + task.Post.Delta(values.Original, values.Delta), options.Layers);
        spread.Solve(task.Model, task.Statistics, layer => Right(layer, options), deltas);
        return new Solution(options.Layers)
        {
            Losses = values.MeanLosses,
            Converged = values.Converged.All(reached => reached),
            Statistics = [.. options.Layers.Select(layer => task.Statistics.NoteOf(layer) ?? StatisticsNote.Identity(layer))],
        };
    }
}
