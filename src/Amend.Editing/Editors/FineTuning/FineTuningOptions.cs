using System.Text.Json.Serialization;
using Amend.Editing.Tuning;
using Amend.Editing.Workbench;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>Settings of fine-tuning; names and defaults are those of kmeng01/rome's hparams/FT where it has them.</summary>
public sealed record FineTuningOptions : EditorOptions
{
    /// <summary>The layers that are tuned, or <c>all</c>; none by default, and a preset gives them for known models.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// Modules that are tuned in each layer, by the endings of their names in the checkpoint, such as <c>mlp.c_fc</c>, or
    /// <c>all-linear</c> for all of them; the MLP's down projection where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>What moves the weights; Adam by default.</summary>
    public TuningOptimizer Optimizer { get; init; } = TuningOptimizer.Adam;

    /// <summary>The learning rate; 5e-4 by default.</summary>
    public double Lr { get; init; } = 5e-4;

    /// <summary>Most passes over the requests, each with a step a batch; 25 by default.</summary>
    public int NumSteps { get; init; } = 25;

    /// <summary>
    /// When tuning stops before its last step: below <see cref="LossThreshold"/>, the default, or where every target is predicted, as
    /// in nicola-decao/KnowledgeEditor.
    /// </summary>
    public TuningStop Stop { get; init; } = TuningStop.Loss;

    /// <summary>Weight decay, which goes into the gradient; 0 by default.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// a and b of a weight decay nᵃ·eᵇ for n requests, in place of <see cref="WeightDecay"/>: FT-W of kmeng01/memit, whose code
    /// never applies it (D4). Null by default.
    /// </summary>
    public IReadOnlyList<double>? WeightDecayPowerLaw { get; init; }

    /// <summary>
    /// Mean loss of a pass below which tuning stops; a batch below it makes no step. 1e-2 by default; ignored where tuning stops by
    /// prediction.
    /// </summary>
    public double LossThreshold { get; init; } = 1e-2;

    /// <summary>
    /// The radius of a ball around the weights as they were, into which they are put back after each step (Zhu et al. 2020):
    /// FT+L's ε. No bound when null, the default.
    /// </summary>
    public double? NormConstraint { get; init; }

    /// <summary>The ball's norm; L∞ by default, which keeps every element in [w₀ - ε, w₀ + ε]. Ignored without a bound.</summary>
    public BallNorm Norm { get; init; } = BallNorm.Linf;

    /// <summary>Where the target is scored; autoregressive by default.</summary>
    public FineTuningObjective Objective { get; init; } = FineTuningObjective.Autoregressive;

    /// <summary>
    /// Whether the down projection's bias is tuned too, as the authors' code does because it finds parameters by a part of
    /// their names. False by default; ignored where there is no bias.
    /// </summary>
    public bool TrainBias { get; init; }

    /// <summary>Requests a step, where several are made together; 1 by default.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether each pass takes the requests in an order of its own, drawn from the seed; false by default.</summary>
    public bool Shuffle { get; init; }

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Rate("lr", Lr);
        problems.Count("num_steps", NumSteps);
        problems.NotNegative("weight_decay", WeightDecay);
        problems.Require(
            WeightDecayPowerLaw is null or [>= -100 and <= 100, >= -100 and <= 100],
            "weight_decay_power_law must be a pair of numbers from -100 to 100, such as [-0.87,0.156], or null for none");
        problems.Finite("loss_threshold", LossThreshold);
        problems.Positive("norm_constraint", NormConstraint);
        problems.Count("batch_size", BatchSize);
    }

    /// <summary>Where a decoder's targets are read.</summary>
    internal TargetReading Reading => Objective == FineTuningObjective.PromptLast ? TargetReading.PromptEnd : TargetReading.Following;

    /// <summary>How so many requests are tuned.</summary>
    internal TuningSchedule Schedule(int requests) => new(
        Lr, NumSteps, WeightDecayPowerLaw is [var a, var b] ? Math.Pow(requests, a) * Math.Exp(b) : WeightDecay, LossThreshold)
    {
        Optimizer = Optimizer,
        Stop = Stop,
    };
}

/// <summary>The norm of the ball around the weights as they were, in which constrained fine-tuning stays (Zhu et al. 2020).</summary>
public enum BallNorm
{
    /// <summary>L∞: every element changes by at most the radius.</summary>
    Linf,

    /// <summary>L2: the change of all tuned weights together has at most the radius as its Euclidean norm.</summary>
    L2,
}

/// <summary>Where the target's tokens are scored.</summary>
public enum FineTuningObjective
{
    /// <summary>Each target token after the prompt and the target tokens before it: the model's own cross-entropy.</summary>
    Autoregressive,

    /// <summary>All target tokens at the prompt's last token, as <c>ft_main.py</c> of kmeng01/rome does (D3); for replication.</summary>
    PromptLast,
}
