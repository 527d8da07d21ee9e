using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families;

namespace Amend.Models.Tests.Families;

public sealed class RotaryReaderTests
{
    [Theory]
    [InlineData("{}", 1, 0.01)]
    [InlineData("""{"rope_theta": 100.0}""", 1, 0.1)]
    [InlineData("""{"rope_parameters": {"rope_theta": 100.0, "rope_type": "default"}}""", 1, 0.1)]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 4.0}}""", 0.25, 0.0025)]
    [InlineData("""{"rope_theta": 100.0, "rope_scaling": null}""", 1, 0.1)]
    public void Base_and_scaling_are_read_in_older_and_newer_forms(string config, float first, float second)
    {
        var frequencies = RotaryReader.Read(Parse(config), dimensions: 4).Frequencies;

        Assert.Equal([first, second], frequencies);
    }

    [Theory]
    [InlineData("""{"rope_parameters": {"rope_theta": 5.0, "rope_type": "default"}, "rope_scaling": {"type": "linear", "factor": 4.0}}""", 0.25, 0.0025)]
    [InlineData("""{"rope_parameters": {"rope_theta": 100.0, "rope_type": "default"}, "rope_scaling": {}}""", 1, 0.1)]
    [InlineData("""{"rope_parameters": {"rope_theta": 100.0, "rope_type": "default"}, "rope_scaling": null}""", 1, 0.1)]
    public void Of_two_fields_that_scale_rope_scaling_goes_first_unless_it_is_empty(string config, float first, float second) =>
        Assert.Equal([first, second], RotaryReader.Read(Parse(config), dimensions: 4).Frequencies);

    [Theory]
    [InlineData("""{"rope_scaling": null, "rope_parameters": {"full_attention": {"rope_theta": 100.0, "rope_type": "default"}}}""")]
    [InlineData("""
        {"rope_parameters": {
          "full_attention": {"rope_theta": 100.0, "rope_type": "default"}, "sliding_attention": {"rope_type": "default", "rope_theta": 100}}}
        """)]
    public void Parameters_that_stand_for_each_type_of_layer_are_read_where_they_are_the_same(string config) =>
        Assert.Equal([1f, 0.1f], RotaryReader.Read(Parse(config), dimensions: 4).Frequencies);

    [Fact]
    public void Parameters_that_differ_between_types_of_layers_are_refused()
    {
        var config = Parse("""{"rope_parameters": {"full_attention": {"rope_theta": 1e6}, "sliding_attention": {"rope_theta": 1e4}}}""");

        Assert.Equal(
            "config.json: rope_parameters differ between types of layers "
            + """({"full_attention": {"rope_theta": 1e6}, "sliding_attention": {"rope_theta": 1e4}}), """
            + "where this family turns all layers alike; check the model folder.",
            Assert.Throws<ModelFormatException>(() => RotaryReader.Read(config, 4)).Message);
    }

    [Theory]
    [InlineData("""{"share": 0.5}""", 0.5)]
    [InlineData("""{"rope_parameters": {"rope_theta": 1e4, "partial_rotary_factor": 0.25}, "share": 0.5}""", 0.25)]
    [InlineData("""{"rope_parameters": {"full_attention": {"partial_rotary_factor": 0.25}}}""", 0.25)]
    [InlineData("""{"rope_parameters": {"rope_theta": 1e4}, "share": 0.5}""", 0.5)]
    [InlineData("{}", 0.75)]
    public void The_share_of_a_head_that_is_turned_is_read_in_older_and_newer_forms(string config, double share) =>
        Assert.Equal(share, RotarySettings.Share(Parse(config), "share", 0.75));

    [Fact]
    public void An_unknown_scaling_lists_the_known_ones()
    {
        var error = Assert.Throws<ModelFormatException>(() => RotaryReader.Read(Parse("""{"rope_scaling": {"rope_type": "spiral", "factor": 4.0}}"""), 4));

        Assert.Equal("config.json asks for the rotary scaling 'spiral'; known: default, linear, dynamic, yarn, llama3, longrope, su.", error.Message);
    }

    [Theory]
    [InlineData("longrope")]
    [InlineData("su")]
    [InlineData("yarn")]
    public void LongRoPE_has_short_factors_in_its_first_context_and_long_ones_beyond(string name)
    {
        var rotary = RotaryReader.Read(
            Parse($$"""
                {
                  "max_position_embeddings": 65536, "original_max_position_embeddings": 4096,
                  "rope_scaling": { "type": "{{name}}", "short_factor": [1.0, 2.0], "long_factor": [4.0, 10.0] }
                }
                """),
            dimensions: 4);

        Assert.Equal([1f, 0.005f], rotary.Frequencies);
        Assert.Equal(4096, rotary.Stretch!.Beyond);
        Assert.Equal([0.25f, 0.001f], rotary.Stretch.FrequenciesAt(4097));
        Assert.Equal(65536, rotary.Context);
        Assert.Equal(Math.Sqrt(1 + (4.0 / 12)), rotary.Amplitude, 12); // 65536 / 4096 = 2^4; 4096 = 2^12.
    }

    [Theory]
    [InlineData("""{"max_position_embeddings": 16, "rope_scaling": {"rope_type": "yarn", "factor": 4.0}}""", 64, 1.1386294361119891)]
    [InlineData("""{"max_position_embeddings": 64, "rope_scaling": {"rope_type": "yarn", "original_max_position_embeddings": 16}}""", 64, 1.1386294361119891)]
    [InlineData("""{"max_position_embeddings": 64, "rope_scaling": {"rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 16}}""", 64, 1.0693147180559945)]
    [InlineData("""{"max_position_embeddings": 16, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "attention_factor": 1.5}}""", 64, 1.5)]
    [InlineData("""{"max_position_embeddings": 16, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "mscale": 1.0, "mscale_all_dim": 1.0}}""", 64, 1)]
    public void Yarns_context_and_amplitude_follow_its_factor_or_what_the_file_says(string config, int context, double amplitude)
    {
        var rotary = RotaryReader.Read(Parse(config), dimensions: 4);

        Assert.Equal(context, rotary.Context);
        Assert.Equal(amplitude, rotary.Amplitude, 12);
        Assert.Null(rotary.Stretch);
    }

    [Fact]
    public void Yarns_bounds_are_read_from_the_file()
    {
        const string Config = """{"max_position_embeddings": 1024, "rope_theta": 16.0, "rope_scaling": {"type": "yarn", "factor": 4.0, "beta_fast": 115.24, "beta_slow": 28.81, "truncate": false}}""";

        // Bounds at the pairs 0.5 and 2.5, as 1024 / 2π / √2 is 115.24.
        Assert.All(RotaryReader.Read(Parse(Config), 8).Frequencies.Zip([1, 0.40625f, 0.109375f, 0.03125f]), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Dynamic_scaling_begins_where_the_first_context_ends()
    {
        var rotary = RotaryReader.Read(Parse("""{"max_position_embeddings": 8, "rope_scaling": {"type": "dynamic", "factor": 2.0}}"""), 4);

        Assert.Equal([1f, 0.01f], rotary.Frequencies);
        Assert.Equal((8, 16), (rotary.Stretch!.Beyond, rotary.Context));
        Assert.Equal([1f, 1 / 300f], rotary.Stretch.FrequenciesAt(16));
        Assert.Equal(1, rotary.Amplitude);
    }

    [Fact]
    public void LongRoPE_without_a_factor_for_each_frequency_is_refused()
    {
        const string Config = """{"max_position_embeddings": 64, "rope_scaling": {"type": "longrope", "long_factor": [1.0], "short_factor": [1.0]}}""";

        var error = Assert.Throws<ModelFormatException>(() => RotaryReader.Read(Parse(Config), 4));

        Assert.Equal("config.json has 1 factors of rotary frequencies where 2 were expected; check the model folder.", error.Message);
    }

    [Fact]
    public void A_scaling_without_its_factor_is_named()
    {
        var error = Assert.Throws<ModelFormatException>(() => RotaryReader.Read(Parse("""{"rope_scaling": {"type": "linear"}}"""), 4));

        Assert.Equal("config.json: 'factor' should be a number but is missing; check the model folder.", error.Message);
    }

    [Fact]
    public void An_odd_number_of_turned_values_is_refused() =>
        Assert.Throws<ModelFormatException>(() => RotaryReader.Read(Parse("{}"), dimensions: 5));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement.Clone();
}
