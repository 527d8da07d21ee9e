using System.Text.Json.Serialization;
using Amend.Editing.Tuning;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Lora;

/// <summary>Settings of LoRA; names as in PEFT and EasyEdit's hparams/LoRA, defaults as in the latter for GPT-2 XL.</summary>
public sealed record LoraOptions : EditorOptions
{
    /// <summary>The layers that get factors, or <c>all</c>, the default.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = LayerList.All;

    /// <summary>
    /// Modules that get factors in each layer, by the endings of their names in the checkpoint, such as <c>attn.c_attn</c>; the
    /// MLP's down projection where empty, the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>The factors' rank r; 8 by default.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: the change is α/r · B A. 32 by default.</summary>
    public double LoraAlpha { get; init; } = 32;

    /// <summary>Adam's learning rate; 5e-3 by default.</summary>
    public double Lr { get; init; } = 5e-3;

    /// <summary>Most passes over the requests, each with a step a batch; 30 by default.</summary>
    public int NumSteps { get; init; } = 30;

    /// <summary>Adam's weight decay, which goes into the factors' gradients; 0 by default.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Mean loss of a pass below which training stops; a batch below it makes no step. 1e-2 by default.</summary>
    public double LossThreshold { get; init; } = 1e-2;

    /// <summary>Requests a step, where several are made together; 1 by default.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether each pass takes the requests in an order of its own, drawn from the seed; false by default.</summary>
    public bool Shuffle { get; init; }

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Count("rank", Rank);
        problems.Positive("lora_alpha", LoraAlpha);
        problems.Rate("lr", Lr);
        problems.Count("num_steps", NumSteps);
        problems.NotNegative("weight_decay", WeightDecay);
        problems.Finite("loss_threshold", LossThreshold);
        problems.Count("batch_size", BatchSize);
    }

    /// <summary>How the factors are trained.</summary>
    internal TuningSchedule Schedule => new(Lr, NumSteps, WeightDecay, LossThreshold);
}
