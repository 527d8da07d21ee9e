using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families;
using Amend.Models.Families.GptNeo;
using Amend.Models.Families.Qwen2;

namespace Amend.Models.Tests.Families;

public sealed class SlidingWindowsTests
{
    private const string NeoSizes = "\"window_size\": 3";

    [Fact]
    public void The_list_of_layers_wins_over_the_rule() =>
        Assert.Equal(
            [null, 6],
            SlidingWindows.Read(Parse("""{"layer_types": ["full_attention", "sliding_attention"]}"""), 2, 6, layer => layer == 0));

    [Theory]
    [InlineData("""{"layer_types": ["full_attention"]}""")]
    [InlineData("""{"layer_types": ["full_attention", "linear_attention"]}""")]
    public void A_list_that_does_not_fit_is_refused(string config) =>
        Assert.Throws<ModelFormatException>(() => SlidingWindows.Read(Parse(config), 2, 6, _ => true));

    [Theory]
    [InlineData("""{"use_sliding_window": true, "sliding_window": 7, "max_window_layers": 2}""", null, null, 7)]
    [InlineData("""{"use_sliding_window": false, "sliding_window": 7, "max_window_layers": 2}""", null, null, null)]
    [InlineData("""{"sliding_window": 7, "max_window_layers": 0}""", null, null, null)]
    public void Qwen2_has_windows_above_its_first_layers_where_it_is_told_so(string config, int? first, int? second, int? third) =>
        Assert.Equal([first, second, third], Qwen2Family.ReadWindows(Parse(config), 3));

    [Theory]
    [InlineData("""{"attention_types": [[["global", "local"], 2]], """)]
    [InlineData("""{"attention_layers": ["global", "local", "global", "local"], """)]
    public void GPT_Neo_has_windows_at_local_layers(string types) =>
        Assert.Equal([null, 3, null, 3], GptNeoFamily.ReadWindows(Parse(types + NeoSizes + "}"), 4));

    [Theory]
    [InlineData("""{""")]
    [InlineData("""{"attention_types": [[["global", "local"], 1]], """)]
    [InlineData("""{"attention_types": 7, """)]
    [InlineData("""{"attention_types": [["global"]], """)]
    [InlineData("""{"attention_types": [[["global", "far"], 2]], """)]
    public void GPT_Neo_without_a_kind_for_each_layer_is_refused(string types) =>
        Assert.Throws<ModelFormatException>(() => GptNeoFamily.ReadWindows(Parse(types + NeoSizes + "}"), 4));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement.Clone();
}
