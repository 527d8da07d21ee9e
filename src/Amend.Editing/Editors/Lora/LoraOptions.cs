using System.Text.Json.Serialization;
using Amend.Editing.PostProcessing;
using Amend.Tensors;

namespace Amend.Editing.Editors.Lora;

/// <summary>Settings of LoRA; names as in PEFT and EasyEdit's hparams/LoRA, defaults as in the latter for GPT-2 XL.</summary>
public sealed record LoraOptions
{
    /// <summary>The layers that get factors, or <c>all</c>, the default.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public IReadOnlyList<int> Layers { get; init; } = LayerList.All;

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

    /// <summary>What is done to the update before it is applied, such as <c>rect:0.4,prune</c>; nothing by default.</summary>
    public string Post { get; init; } = "";

    /// <summary>Refuses settings that make no sense for a model of so many layers.</summary>
    /// <exception cref="AmendException">Settings are out of range; all of them are named.</exception>
    public LoraOptions Validated(int layers)
    {
        _ = PostProcessors.Parse(Post);
        string?[] all =
        [
            LayerList.Wrong(Layers, layers),
            Rank >= 1 ? null : $"rank is {Rank} and must be at least 1",
            Wrong("lora_alpha", LoraAlpha, LoraAlpha > 0, "above 0"),
            Wrong("lr", Lr, Lr > 0, "above 0"),
            NumSteps >= 1 ? null : $"num_steps is {NumSteps} and must be at least 1",
            Wrong("weight_decay", WeightDecay, WeightDecay >= 0, "0 or more"),
            Wrong("loss_threshold", LossThreshold, true, "finite"),
            BatchSize >= 1 ? null : $"batch_size is {BatchSize} and must be at least 1",
        ];
        string[] wrong = [.. all.OfType<string>()];
        return wrong.Length == 0
            ? this with { Layers = LayerList.Of(Layers, layers) }
            : throw new AmendException($"LoRA cannot edit with these settings: {string.Join("; ", wrong)}.");
    }

    private static string? Wrong(string name, double value, bool isInRange, string range) =>
        isInRange && double.IsFinite(value) ? null : $"{name} is {value} and must be a number, {range}";
}
