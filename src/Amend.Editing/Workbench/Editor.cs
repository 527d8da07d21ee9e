using System.Text.Json.Nodes;
using Amend.Editing.PostProcessing;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Workbench;

/// <summary>
/// What every editor does in the same way: presets and settings, what is refused before anything is changed, post-processing, the record,
/// and edits in turn where the method makes one at a time. An editor adds its options, what an edit holds in memory, and how the changes
/// are found.
/// </summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class Editor<TOptions> : IEditor, IWeighedEditor
    where TOptions : EditorOptions, new()
{
    private readonly TOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    private protected Editor(TOptions? options) => _options = options;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract EditorInfo Info { get; }

    /// <summary>The settings for known models; null where there are none.</summary>
    private protected virtual PresetFile? Presets => null;

    /// <summary>The editor's name in its presets, where these are of several variants.</summary>
    private protected virtual string? Variant => null;

    /// <summary>The settings for any model.</summary>
    private protected virtual TOptions Defaults => new();

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(model is null ? _options ?? Defaults : Start(model));

    /// <inheritdoc/>
    public PresetNote? PresetOf(LanguageModel model) =>
        _options is null ? Presets?.NoteOf(model.ModelType, model.Shape, Variant) : null;

    /// <summary>
    /// The preset of a family's model of some sizes; the defaults, without layers where they name none, where there is none.
    /// </summary>
    public TOptions Preset(string modelType, ModelShape shape) => Presets?.For(Defaults, modelType, shape, Variant) ?? Defaults;

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context)
    {
        model.Require(Name, Info.Kinds);
        _ = Load(model, [], Read(model, context).Options); // Which finds the weights.
    }

    /// <inheritdoc/>
    long IWeighedEditor.BytesOf(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context) =>
        Load(model, requests, Read(model, context).Options).Bytes(model, requests);

    /// <summary>Makes one edit with the preset for the model, seed 0 and the model's statistics.</summary>
    public EditResult Apply(LanguageModel model, EditRequest request) => Apply(model, [request], new EditContext());

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Validate(model, this, requests, context);
        var (options, post) = Read(model, context);
        foreach (var request in requests)
            Require(request);
        RequestChecks.RefuseOverload(model, Name, requests, context, Load(model, requests, options).With(context.Statistics));
        var scores = RequestChecks.Score(model, requests, context);
        _ = model.BaseHash; // Of the weights as loaded: methods that train write into them while they do.
        var task = new EditTask(model, requests, context) { Statistics = new UsedStatistics(context.Statistics), Post = post };
        RequireStatistics(task, options);
        task = task with { Templates = Templates(task, options) };
        return Info.Batch || requests.Count == 1
            ? new EditResult(model, [Make(task, options, scores.Average(score => score.Probability))])
            : MakeInTurn(task, options);
    }

    /// <summary>The settings with what they name by default or in short found and put in, so that the record says what was used.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The settings, in range.</param>
    /// <param name="context">Where it is looked for.</param>
    /// <exception cref="AmendException">It is not there, or is not for the model.</exception>
    private protected virtual TOptions Resolve(LanguageModel model, TOptions options, EditContext context) => options;

    /// <summary>Refuses settings that do not fit the model in a way that its number of layers does not tell.</summary>
    /// <exception cref="AmendException">They do not.</exception>
    private protected virtual void Require(LanguageModel model, TOptions options)
    {
    }

    /// <summary>Refuses a request that lacks what the method needs.</summary>
    /// <exception cref="AmendException">It does.</exception>
    private protected virtual void Require(EditRequest request)
    {
    }

    /// <summary>Asks for the statistics that the method needs, so that nothing is computed where they are missing.</summary>
    /// <exception cref="AmendException">They are missing, or of no use to the editor.</exception>
    private protected virtual void RequireStatistics(EditTask task, TOptions options)
    {
    }

    /// <summary>
    /// The given context templates, or ones sampled from the model before the first of the edits; the bare prompt for methods without.
    /// </summary>
    private protected virtual ContextTemplates Templates(EditTask task, TOptions options) => task.Templates;

    /// <summary>The context's templates, or ones that are sampled.</summary>
    /// <param name="context">What the edit is given.</param>
    /// <param name="sample">Samples templates, where none are given.</param>
    private protected static ContextTemplates TemplatesOf(EditContext context, Func<ContextTemplates> sample)
    {
        if (context.Templates is { } given)
            return given.Validated();
        context.Pace.Report("sampling context templates", 0, 1);
        return sample();
    }

    /// <summary>What an edit holds in memory.</summary>
    private protected abstract EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, TOptions options);

    /// <summary>Finds the changes; the model is as before afterwards, and tensors that are left in the dispose scope are freed.</summary>
    /// <param name="task">What is asked; a single request where the editor makes one edit at a time.</param>
    /// <param name="options">The settings, checked.</param>
    /// <param name="deltas">Where the changes go.</param>
    /// <returns>How they were found.</returns>
    private protected abstract Solution Solve(EditTask task, TOptions options, DeltaSet deltas);

    private TOptions Start(LanguageModel model) => _options ?? Preset(model.ModelType, model.Shape);

    private (TOptions Options, PostProcessors Post) Read(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Start(model), context.Settings);
        if (context.Layer is { } layer)
        {
            options = layer >= 0 && layer < model.Shape.Layers
                ? options with { Layers = [layer] }
                : throw new AmendException($"Layer {layer} was asked; '{model.Name}' has layers 0 to {model.Shape.Layers - 1}.");
        }

        options = Resolve(model, options.Validated(Name, model.Shape.Layers), context);
        Require(model, options);
        return (options, PostProcessors.Parse(options.Post));
    }

    private Edit Make(EditTask task, TOptions options, double before)
    {
        var draft = new EditDraft(task, Name, EditorSettings.Of(options), before);
        using var scope = NewDisposeScope();
        using var deltas = new DeltaSet();
        var solution = Solve(task, options, deltas);
        return draft.Apply(deltas, solution);
    }

    /// <summary>Makes an edit of each request on top of the ones before; where one fails, those before it are taken back.</summary>
    private EditResult MakeInTurn(EditTask task, TOptions options)
    {
        var edits = new List<Edit>();
        try
        {
            foreach (var request in task.Requests)
            {
                task.Pace.Report("edits made", edits.Count, task.Requests.Count);
                var one = task with { Requests = [request] };
                edits.Add(Make(one, options, EditDraft.Probability(one)));
            }

            return new EditResult(task.Model, edits);
        }
        catch
        {
            using var made = new EditResult(task.Model, edits);
            made.Revert();
            throw;
        }
    }
}
