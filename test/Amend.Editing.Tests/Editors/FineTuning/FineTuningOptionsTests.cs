using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Workbench;
using Amend.Tensors;

namespace Amend.Editing.Tests.Editors.FineTuning;

public sealed class FineTuningOptionsTests
{
    private static readonly FineTuningOptions Good = new() { Layers = [1] };

    public static TheoryData<FineTuningOptions, string> Wrong => new()
    {
        { Good with { Layers = [] }, "there is no preset with layers for a model of this size, so name one of 0 to 2 with --layer" },
        { Good with { Layers = [-1] }, "layers -1 were asked and the model has layers 0 to 2" },
        { Good with { Layers = [0, 3] }, "layers 0, 3 were asked and the model has layers 0 to 2" },
        { Good with { Layers = [1, 1] }, "layers 1, 1 were asked; name each once" },
        { Good with { Lr = 0 }, "lr is 0 and must be a number, above 0" },
        { Good with { Lr = double.NaN }, "lr is NaN and must be a number, above 0" },
        { Good with { NumSteps = 0 }, "num_steps is 0 and must be at least 1" },
        { Good with { WeightDecay = -1 }, "weight_decay is -1 and must be a number, 0 or more" },
        { Good with { LossThreshold = double.PositiveInfinity }, "loss_threshold is Infinity and must be a number, finite, at most 1000000000" },
        { Good with { NormConstraint = 0 }, "norm_constraint is 0 and must be a number, above 0, or null for none" },
        { Good with { WeightDecayPowerLaw = [1] }, "weight_decay_power_law must be a pair of numbers from -100 to 100, such as [-0.87,0.156], or null for none" },
        { Good with { BatchSize = 0 }, "batch_size is 0 and must be at least 1" },
    };

    [Fact]
    public void Settings_in_range_are_returned_as_they_are() => Assert.Same(Good, Good.Validated("ft", layers: 3));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_setting_out_of_range_is_named_with_its_value(FineTuningOptions options, string found)
    {
        var failure = Assert.Throws<AmendException>(() => options.Validated("ft", layers: 3));

        Assert.Equal($"The editor ft cannot edit with these settings: {found}.", failure.Message);
    }

    [Fact]
    public void All_settings_out_of_range_are_named_at_once()
    {
        var failure = Assert.Throws<AmendException>(() => (Good with { Lr = -1, BatchSize = -2 }).Validated("ft", layers: 3));

        Assert.Equal("The editor ft cannot edit with these settings: lr is -1 and must be a number, above 0; batch_size is -2 and must be at least 1.", failure.Message);
    }

    [Theory]
    [InlineData("all", new[] { 0, 1, 2 })]
    [InlineData("2", new[] { 2 })]
    [InlineData("[0,2]", new[] { 0, 2 })]
    public void Layers_are_a_list_a_number_or_all(string written, int[] layers)
    {
        var options = EditorSettings.With(new FineTuningOptions(), new Dictionary<string, string> { ["layers"] = written, ["lr"] = "0.1" });

        Assert.Equal(layers, options.Validated("ft", layers: 3).Layers);
    }

    [Fact]
    public void The_power_law_goes_before_the_weight_decay_and_depends_on_the_number_of_requests()
    {
        var options = Good with { WeightDecay = 0.5, WeightDecayPowerLaw = [-0.87028798, 0.15589562] };

        Assert.Equal(0.5, (options with { WeightDecayPowerLaw = null }).Schedule(100).WeightDecay);
        Assert.Equal(Math.Pow(100, -0.87028798) * Math.Exp(0.15589562), options.Schedule(100).WeightDecay, 1e-12);
    }

    [Fact]
    public void Settings_have_the_authors_names_and_defaults()
    {
        Assert.Equal(
            """{"layers":[],"target_modules":[],"optimizer":"adam","lr":0.0005,"num_steps":25,"stop":"loss","weight_decay":0,"weight_decay_power_law":null,"loss_threshold":0.01,"norm_constraint":null,"norm":"linf","objective":"autoregressive","train_bias":false,"batch_size":1,"shuffle":false,"post":""}""",
            EditorSettings.Of(new FineTuningOptions()).ToJsonString());
        var options = EditorSettings.With(new FineTuningOptions(), new Dictionary<string, string>
        {
            ["layers"] = "[0,2]", ["norm_constraint"] = "0.001", ["objective"] = "prompt_last", ["train_bias"] = "true",
        });

        Assert.Equal([0, 2], options.Layers);
        Assert.Equal(0.001, options.NormConstraint);
        Assert.Equal(FineTuningObjective.PromptLast, options.Objective);
        Assert.True(options.TrainBias);
        Assert.Null(EditorSettings.With(options, new Dictionary<string, string> { ["norm_constraint"] = "null" }).NormConstraint);
    }
}
