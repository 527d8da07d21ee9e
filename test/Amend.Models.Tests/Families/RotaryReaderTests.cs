using System.Text.Json;
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

    [Fact]
    public void An_unknown_scaling_lists_the_known_ones()
    {
        var error = Assert.Throws<ModelFormatException>(() => RotaryReader.Read(Parse("""{"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}"""), 4));

        Assert.Equal("config.json asks for the rotary scaling 'yarn'; known: default, linear, llama3, longrope.", error.Message);
    }

    [Fact]
    public void LongRoPE_holds_within_its_first_context()
    {
        var rotary = RotaryReader.Read(
            Parse("""
                {
                  "max_position_embeddings": 65536, "original_max_position_embeddings": 4096,
                  "rope_scaling": { "type": "longrope", "short_factor": [1.0, 2.0], "long_factor": [3.0, 9.0] }
                }
                """),
            dimensions: 4);

        Assert.Equal([1f, 0.005f], rotary.Frequencies);
        Assert.Equal(4096, rotary.Context);
        Assert.Equal(Math.Sqrt(1 + (4.0 / 12)), rotary.Amplitude, 12); // 65536 / 4096 = 2^4; 4096 = 2^12.
    }

    [Fact]
    public void LongRoPE_without_a_factor_for_each_frequency_is_refused()
    {
        const string Config = """{"max_position_embeddings": 64, "rope_scaling": {"type": "longrope", "short_factor": [1.0]}}""";

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
