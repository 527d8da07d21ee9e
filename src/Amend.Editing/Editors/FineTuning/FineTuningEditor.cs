using Amend.Editing.Tuning;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>
/// Fine-tuning on the requests alone, together and as one edit: <c>ft</c>; <c>ft-l</c> with the weights kept near where they
/// were (Zhu et al. 2020), the baselines of Meng et al. 2022; <c>zhu</c>, that bound around every matrix of the layers, the baseline
/// of De Cao et al. 2021; and <c>locft-bf</c>, a late down projection in shuffled mini-batches over all requests (Yang et al. 2026).
/// </summary>
public sealed class FineTuningEditor : Editor<FineTuningOptions>
{
    private const string FreeName = "ft";
    private const string BoundedName = "ft-l";
    private const string ZhuName = "zhu";
    private const string BreadthFirstName = "locft-bf";
    private static readonly PresetFile Embedded = new("FineTuning.ft.presets.json");
    private static readonly Dictionary<string, FineTuningOptions> DefaultsOf = new()
    {
        [BreadthFirstName] = new FineTuningOptions { BatchSize = 100, Shuffle = true },
        [ZhuName] = new FineTuningOptions
        {
            Layers = LayerList.All,
            TargetModules = [Tuning.TargetModules.AllLinear],
            Optimizer = TuningOptimizer.Rmsprop,
            Lr = 1e-5,
            NumSteps = 50,
            Stop = TuningStop.Prediction,
            NormConstraint = 5e-5,
        },
    };

    /// <summary>Creates <c>ft</c>.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public FineTuningEditor(FineTuningOptions? options = null)
        : this(options, FreeName, new EditorInfo(
            "FT, fine-tuning on requests alone",
            "Meng et al. 2022, arXiv 2202.05262; FT-M: Zhang et al. 2024, arXiv 2401.01286",
            "kmeng01/rome") { Class = EditorClass.FineTuning })
    {
    }

    private FineTuningEditor(FineTuningOptions? options, string name, EditorInfo info)
        : base(options) => (Name, Info) = (name, info with
        {
            Writes = "down projections, or by name",
            Batch = true,
            NeedsSubject = false,
            Kinds = TargetBatch.Kinds,
        });

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override EditorInfo Info { get; }

    private protected override PresetFile Presets => Embedded;

    private protected override string Variant => Name;

    private protected override FineTuningOptions Defaults => DefaultsOf.GetValueOrDefault(Name) ?? new FineTuningOptions();

    /// <summary>Creates <c>ft-l</c>, whose settings must have a norm constraint.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public static FineTuningEditor Bounded(FineTuningOptions? options = null) => new(options, BoundedName, new EditorInfo(
        "FT+L, fine-tuning within a ball", "Zhu et al. 2020, arXiv 2012.00363; Meng et al. 2022", "kmeng01/rome")
    {
        Class = EditorClass.ConstrainedFineTuning,
    });

    /// <summary>Creates <c>zhu</c>: every matrix of the layers within a ball, until the model predicts the targets.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public static FineTuningEditor AllBounded(FineTuningOptions? options = null) => new(options, ZhuName, new EditorInfo(
        "Zhu et al., all matrices in a ball", "Zhu et al. 2020, arXiv 2012.00363; De Cao et al. 2021, arXiv 2104.08164", null)
    {
        Class = EditorClass.ConstrainedFineTuning,
    });

    /// <summary>Creates <c>locft-bf</c>: mini-batches over all requests in each pass, in a late layer.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public static FineTuningEditor BreadthFirst(FineTuningOptions? options = null) => new(options, BreadthFirstName, new EditorInfo(
        "LocFT-BF, breadth-first tuning", "Yang et al. 2026, arXiv 2509.22072", "ICT-STAR/LocFT")
    {
        Class = EditorClass.FineTuning,
    });

    private protected override void Require(LanguageModel model, FineTuningOptions options)
    {
        _ = Tuned(model, options);
        if (Name is BoundedName or ZhuName && options.NormConstraint is null)
            throw new AmendException(
                $"The editor {Name} has no bound for '{model.Name}'; give one, such as norm_constraint=5e-4, or use ft.");
    }

    /// <summary>For each element the weight as it was, its master, two gradients, Adam's two moments, and the change.</summary>
    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, FineTuningOptions options) => new(
        Tuned(model, options), CopiesOfWeights: 7, Squares: 0, Math.Min(requests.Count, options.BatchSize), options.Layers.Min());

    private protected override Solution Solve(EditTask task, FineTuningOptions options, DeltaSet deltas)
    {
        using var batches = new TuningBatches(
            task.Model, task.Requests, options.Reading, options.BatchSize, options.Shuffle ? task.Context.Seed : null);
        using var weights = new TunedWeights(Tuned(task.Model, options));
        Action? bound = options.NormConstraint is { } radius ? () => WeightBall.Project(weights.All, options.Norm, radius) : null;
        var tuner = new Tuner(options.Schedule(task.Requests.Count), task.Pace);
        var (losses, converged) = tuner.Run(batches, weights.All, bound);
        weights.AddTo(deltas);
        return new Solution(options.Layers) { Losses = losses, Converged = converged };
    }

    private static IReadOnlyList<ModelWeight> Tuned(LanguageModel model, FineTuningOptions options) =>
        TargetModules.Find(model, options.Layers, options.TargetModules, options.TrainBias);
}
