using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Templates;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>What a golden file asks of ROME: the request, the templates and the settings of the reference run.</summary>
/// <param name="json">An object with <c>request</c>, <c>context_templates</c> and <c>hparams</c>.</param>
internal sealed class RomeAsked(JsonElement json)
{
    public EditRequest Request
    {
        get
        {
            var request = json.GetProperty("request");
            return new EditRequest(
                request.GetProperty("prompt").GetString()!,
                request.GetProperty("subject").GetString()!,
                request.GetProperty("target_new").GetProperty("str").GetString()!);
        }
    }

    public ContextTemplates Templates => TemplatesOf(json);

    public RomeOptions Options => OptionsOf(json.GetProperty("hparams"));

    /// <summary>The templates of a golden file.</summary>
    public static ContextTemplates TemplatesOf(JsonElement file) =>
        new([.. file.GetProperty("context_templates").EnumerateArray().Select(template => template.GetString()!)]);

    /// <summary>The settings that the reference's hyperparameters are.</summary>
    public static RomeOptions OptionsOf(JsonElement hparams) => new()
    {
        Layer = hparams.GetProperty("layers")[0].GetInt32(),
        VNumGradSteps = hparams.GetProperty("v_num_grad_steps").GetInt32(),
        VLr = hparams.GetProperty("v_lr").GetDouble(),
        VWeightDecay = hparams.GetProperty("v_weight_decay").GetDouble(),
        ClampNormFactor = hparams.GetProperty("clamp_norm_factor").GetDouble(),
        KlFactor = hparams.GetProperty("kl_factor").GetDouble(),
        Mom2Adjustment = hparams.GetProperty("mom2_adjustment").GetBoolean(),
        KeyPolicy = Policy(hparams),
        Numerator = Policy(hparams) == KeyPolicy.Averaged ? Numerator.RebuildingRome : Numerator.Delta,
    };

    private static KeyPolicy Policy(JsonElement hparams) =>
        Flag(hparams, "enable_random_prefix_keys") ? KeyPolicy.Averaged
        : Flag(hparams, "enable_prompt_keys") ? KeyPolicy.Bare
        : KeyPolicy.Original;

    private static bool Flag(JsonElement hparams, string name) => hparams.TryGetProperty(name, out var flag) && flag.GetBoolean();
}
