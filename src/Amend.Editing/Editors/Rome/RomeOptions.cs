using System.Text.Json.Serialization;
using Amend.Editing.KeyValue;
using Amend.Editing.Workbench;
using Amend.Models.Subjects;

namespace Amend.Editing.Editors.Rome;

/// <summary>Settings of ROME; names and defaults are those of kmeng01/rome's hparams for GPT-2 XL where it has them.</summary>
public sealed record RomeOptions : EditorOptions, IValueOptions
{
    private const int Unset = -1;

    /// <summary>The edited layer; none by default, where no preset gives it.</summary>
    public int Layer { get; init; } = Unset;

    /// <summary>The edited layer, as a list of one, or of none.</summary>
    [JsonIgnore]
    public override IReadOnlyList<int> Layers
    {
        get => Layer == Unset ? [] : [Layer];
        init => Layer = value is [var layer]
            ? layer
            : throw new ArgumentException($"Layers [{string.Join(", ", value)}] were given; ROME edits one.", nameof(value));
    }

    /// <summary>The token at which the fact is written; the subject's last by default.</summary>
    public LookupToken FactToken { get; init; } = LookupToken.SubjectLast;

    /// <summary>Which key is used where; averaged (R-ROME) by default.</summary>
    public KeyPolicy KeyPolicy { get; init; } = KeyPolicy.Averaged;

    /// <summary>What the averaged key gains; delta by default. Ignored unless the key policy is averaged.</summary>
    public Numerator Numerator { get; init; } = Numerator.Delta;

    /// <summary>Which experts of a mixture write the fact, and how much each; those that it chooses, jointly, by default.</summary>
    public ExpertShare Experts { get; init; } = ExpertShare.Joint;

    /// <summary>Most evaluations of the loss for v*; one optimiser step fewer. 20 by default.</summary>
    public int VNumGradSteps { get; init; } = 20;

    /// <summary>How the value is searched; by Adam by default. L-BFGS needs fewer evaluations, with a step that suits the model.</summary>
    public ValueSearch VOptimizer { get; init; } = ValueSearch.Adam;

    /// <summary>Adam's learning rate for v*; 0.5 by default.</summary>
    public double VLr { get; init; } = 0.5;

    /// <summary>
    /// L-BFGS's first step in units of ‖v0‖, those behind it at most twice as long; 1 by default. Adam has no use for it.
    /// </summary>
    public double VStep { get; init; } = 1;

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

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(WrongLayer(layers));
        problems.Values(this);
        problems.NotNegative("mom2_ridge", Mom2Ridge);
        problems.TemplateLengths("context_template_length_params", ContextTemplateLengthParams);
    }

    private string? WrongLayer(int layers) => Layer switch
    {
        Unset => $"there is no preset with a layer for a model of this size, so name one of 0 to {layers - 1} with --layer",
        >= 0 when Layer < layers => null,
        _ => $"layer {Layer} was asked and the model has layers 0 to {layers - 1}",
    };
}

/// <summary>Which key gives ROME's direction and which its scale (register of defects, D1).</summary>
public enum KeyPolicy
{
    /// <summary>The key averaged over context templates in both places: R-ROME (Gupta et al. 2024).</summary>
    Averaged,

    /// <summary>The averaged key in the direction, the bare prompt's in the scale: kmeng01/rome as released.</summary>
    Original,

    /// <summary>The bare prompt's key in both places: p-ROME (Gupta et al. 2024).</summary>
    Bare,
}

/// <summary>What the averaged key is mapped to in addition to what it is mapped to now (register of defects, D22).</summary>
public enum Numerator
{
    /// <summary>The optimised change of the value, delta, exactly.</summary>
    Delta,

    /// <summary>v0 of the bare prompt + delta - the mean value over the templates: rebuilding-rome as released.</summary>
    RebuildingRome,
}
