using Amend.Editing.KeyValue;
using Amend.Editing.PostProcessing;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Editing.Editors.Rome;

/// <summary>Settings of ROME; names and defaults are those of kmeng01/rome's hparams for GPT-2 XL where it has them.</summary>
public sealed record RomeOptions : IValueOptions
{
    /// <summary>The edited layer; a preset gives it for known models.</summary>
    public int Layer { get; init; } = -1;

    /// <summary>The token at which the fact is written; the subject's last by default.</summary>
    public LookupToken FactToken { get; init; } = LookupToken.SubjectLast;

    /// <summary>Which key is used where; averaged (R-ROME) by default.</summary>
    public KeyPolicy KeyPolicy { get; init; } = KeyPolicy.Averaged;

    /// <summary>What the averaged key gains; delta by default. Ignored unless the key policy is averaged.</summary>
    public Numerator Numerator { get; init; } = Numerator.Delta;

    /// <summary>Most evaluations of the loss for v*; one optimiser step fewer. 20 by default.</summary>
    public int VNumGradSteps { get; init; } = 20;

    /// <summary>Adam's learning rate for v*; 0.5 by default.</summary>
    public double VLr { get; init; } = 0.5;

    /// <summary>Factor of ‖delta‖ / ‖v0‖² in the loss; 0.5 by default.</summary>
    public double VWeightDecay { get; init; } = 0.5;

    /// <summary>Loss below which the optimisation of v* stops; 0.05 by default.</summary>
    public double VLossThreshold { get; init; } = 0.05;

    /// <summary>Greatest ‖delta‖ in units of ‖v0‖; 4 by default.</summary>
    public double ClampNormFactor { get; init; } = 4;

    /// <summary>Factor of the divergence at the essence prompt, "{subject} is a"; 0.0625 by default.</summary>
    public double KlFactor { get; init; } = 0.0625;

    /// <summary>
    /// Whether the divergence is read at the essence prompt's last token, as the paper's text says, instead of at the
    /// subject's last token, as the code does (D2). False by default.
    /// </summary>
    public bool KlAtPromptEnd { get; init; }

    /// <summary>Whether the direction is C⁻¹k instead of k; true by default.</summary>
    public bool Mom2Adjustment { get; init; } = true;

    /// <summary>Added to C's diagonal, relative to its mean; 0 by default.</summary>
    public double Mom2Ridge { get; init; }

    /// <summary>Context templates to sample: pairs of most tokens and number. [[5,10],[10,10]] by default.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ContextTemplateLengthParams { get; init; } = [[5, 10], [10, 10]];

    /// <summary>What is done to the update before it is applied, such as <c>rect:0.4,norm-anchor</c>; nothing by default.</summary>
    public string Post { get; init; } = "";

    /// <summary>The preset of a model, known by family and sizes; the defaults, without a layer, where there is none.</summary>
    public static RomeOptions PresetFor(Models.LanguageModel model) => RomePresets.For(model);

    /// <summary>Refuses settings that make no sense for a model of so many layers.</summary>
    /// <exception cref="AmendException">Settings are out of range; all of them are named.</exception>
    public RomeOptions Validated(int layers)
    {
        _ = PostProcessors.Parse(Post);
        string?[] all =
        [
            WrongLayer(layers),
            VNumGradSteps >= 1 ? null : $"v_num_grad_steps is {VNumGradSteps} and must be at least 1",
            Wrong("v_lr", VLr, VLr > 0, "above 0"),
            Wrong("v_weight_decay", VWeightDecay, VWeightDecay >= 0, "0 or more"),
            Wrong("v_loss_threshold", VLossThreshold, true, "finite"),
            Wrong("clamp_norm_factor", ClampNormFactor, ClampNormFactor > 0, "above 0"),
            Wrong("kl_factor", KlFactor, KlFactor >= 0, "0 or more"),
            Wrong("mom2_ridge", Mom2Ridge, Mom2Ridge >= 0, "0 or more"),
            ContextTemplateLengthParams.All(pair => pair is [>= 2, >= 0])
                ? null
                : "context_template_length_params must be pairs of a length of at least 2 and a number, such as [[5,10],[10,10]]",
        ];
        string[] wrong = [.. all.OfType<string>()];
        return wrong.Length == 0 ? this : throw new AmendException($"ROME cannot edit with these settings: {string.Join("; ", wrong)}.");
    }

    private string? WrongLayer(int layers) => Layer switch
    {
        -1 => $"there is no preset with a layer for a model of this size, so name one of 0 to {layers - 1} with --layer",
        >= 0 when Layer < layers => null,
        _ => $"layer {Layer} was asked and the model has layers 0 to {layers - 1}",
    };

    private static string? Wrong(string name, double value, bool isInRange, string range) =>
        isInRange && double.IsFinite(value) ? null : $"{name} is {value} and must be a number, {range}";
}
