using Amend.Editing.Editors.Rome;
using Amend.Editing.Workbench;
using Amend.Tensors;

namespace Amend.Editing.Tests.Editors.Rome;

public sealed class RomeOptionsTests
{
    private static readonly RomeOptions Good = new() { Layer = 1 };

    public static TheoryData<RomeOptions, string> Wrong => new()
    {
        { Good with { Layer = -1 }, "there is no preset with a layer for a model of this size, so name one of 0 to 2 with --layer" },
        { Good with { Layer = -2 }, "layer -2 was asked and the model has layers 0 to 2" },
        { Good with { Layer = 3 }, "layer 3 was asked and the model has layers 0 to 2" },
        { Good with { VNumGradSteps = 0 }, "v_num_grad_steps is 0 and must be at least 1" },
        { Good with { VLr = 0 }, "v_lr is 0 and must be a number, above 0" },
        { Good with { VLr = double.NaN }, "v_lr is NaN and must be a number, above 0" },
        { Good with { VLr = double.PositiveInfinity }, "v_lr is Infinity and must be a number, above 0, at most 1000" },
        { Good with { VLr = 1e38 }, "v_lr is 1E+38 and must be a number, above 0, at most 1000" },
        { Good with { VNumGradSteps = 1_000_001 }, "v_num_grad_steps is 1000001 and must be at most 1000000" },
        { Good with { KlFactor = 1e10 }, "kl_factor is 10000000000 and must be a number, 0 or more, at most 1000000000" },
        { Good with { VWeightDecay = -0.5 }, "v_weight_decay is -0.5 and must be a number, 0 or more" },
        { Good with { VLossThreshold = double.NaN }, "v_loss_threshold is NaN and must be a number, finite" },
        { Good with { ClampNormFactor = 0 }, "clamp_norm_factor is 0 and must be a number, above 0" },
        { Good with { KlFactor = -1 }, "kl_factor is -1 and must be a number, 0 or more" },
        { Good with { Mom2Ridge = -1e-4 }, "mom2_ridge is -0.0001 and must be a number, 0 or more" },
        { Good with { ContextTemplateLengthParams = [[1, 10]] }, "context_template_length_params must be pairs" },
        { Good with { ContextTemplateLengthParams = [[5, -1]] }, "context_template_length_params must be pairs" },
        { Good with { ContextTemplateLengthParams = [[5]] }, "context_template_length_params must be pairs" },
        { Good with { ContextTemplateLengthParams = [null!] }, "context_template_length_params must be pairs" },
    };

    [Fact]
    public void Settings_in_range_are_returned_as_they_are() => Assert.Same(Good, Good.Validated("rome", layers: 3));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_setting_out_of_range_is_named_with_its_value(RomeOptions options, string found)
    {
        var failure = Assert.Throws<AmendException>(() => options.Validated("rome", layers: 3));

        Assert.StartsWith($"The editor rome cannot edit with these settings: {found}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_settings_out_of_range_are_named_at_once()
    {
        var failure = Assert.Throws<AmendException>(() => new RomeOptions { Layer = 9, VLr = -1, KlFactor = -2 }.Validated("rome", layers: 3));

        Assert.Equal(
            "The editor rome cannot edit with these settings: layer 9 was asked and the model has layers 0 to 2; v_lr is -1 and must be a number, above 0; kl_factor is -2 and must be a number, 0 or more.",
            failure.Message);
    }
}
