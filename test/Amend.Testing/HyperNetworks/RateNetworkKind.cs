using Amend.Editing.HyperNetworks;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors.Optimization;

namespace Amend.Testing.HyperNetworks;

/// <summary>How <see cref="RateNetwork"/> is made and trained; registered as a host would.</summary>
internal sealed class RateNetworkKind : NetworkKind<RateNetworkOptions>
{
    public const string Name = "rate";

    public override string Editor => Name;

    public override ModelKinds Kinds => TargetBatch.Kinds;

    protected override HyperNetwork Create(LanguageModel model, RateNetworkOptions options, int seed) =>
        new RateNetwork([.. options.Layers.Select(layer => model.Transformer.DownProjection(layer).Name)], options.Start * (1 + new Random(seed).NextDouble()));

    protected override ITrainee Train(NetworkLesson lesson, RateNetworkOptions options) => new RateTrainee(lesson, options);

    protected override TrainingPlan Plan(RateNetworkOptions options) => new()
    {
        Identity = "",
        Steps = options.Steps,
        ValidateEvery = options.ValidateEvery,
        CheckpointEvery = options.CheckpointEvery,
        Patience = options.Patience,
        Watched = new WatchedFigure(NetworkFigures.Loss, HigherIsBetter: false),
    };
}

/// <summary>Settings of the training of a <see cref="RateNetwork"/>.</summary>
internal sealed record RateNetworkOptions : NetworkOptions
{
    public RateNetworkOptions() => Steps = 20;

    /// <summary>The rate at which every matrix starts, but for the seed's part; 1e-2 by default.</summary>
    public double Start { get; init; } = 1e-2;

    /// <summary>Adam's rate; 1e-1 by default.</summary>
    public double Lr { get; init; } = 1e-1;

    /// <summary>Steps between checkpoints; 5 by default.</summary>
    public int CheckpointEvery { get; init; } = 5;
}
