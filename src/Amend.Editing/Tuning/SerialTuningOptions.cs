using System.Text.Json.Serialization;
using Amend.Editing.Workbench;

namespace Amend.Editing.Tuning;

/// <summary>
/// Settings of editors that tune on one request after another in a stream and know the requests before; names and defaults as in
/// Thartvigsen/GRACE.
/// </summary>
public abstract record SerialTuningOptions : EditorOptions
{
    /// <summary>The layers that are tuned; none by default, and a preset gives them for known models.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// Modules that are tuned in each layer, by the endings of their names in the checkpoint, such as <c>mlp.c_fc</c>, or
    /// <c>all-linear</c> for all of them; the MLP's down projection where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>Adam's learning rate; 1e-2 by default.</summary>
    public double Lr { get; init; } = 1e-2;

    /// <summary>Most steps on a request, which end where its target is predicted; 100 by default.</summary>
    public int NumSteps { get; init; } = 100;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Rate("lr", Lr);
        problems.Count("num_steps", NumSteps);
    }

    /// <summary>How a request is tuned: Adam until its target is predicted.</summary>
    internal TuningSchedule Schedule => new(Lr, NumSteps, WeightDecay: 0, LossThreshold: 0) { Stop = TuningStop.Prediction };
}
