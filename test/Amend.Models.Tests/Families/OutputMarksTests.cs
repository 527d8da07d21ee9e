using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families;

namespace Amend.Models.Tests.Families;

public sealed class OutputMarksTests
{
    [Theory]
    [InlineData("""{"decoder_start_token_id": 2, "pad_token_id": 1, "eos_token_id": 2, "forced_bos_token_id": 0}""", "2 0", 2)]
    [InlineData("""{"pad_token_id": 0, "eos_token_id": 1}""", "0", 1)]
    [InlineData("""{"decoder_start_token_id": 3, "eos_token_id": null}""", "3", null)]
    public void Beginning_and_end_are_read(string config, string beginning, int? end)
    {
        var marks = OutputMarks.Read(Parse(config), vocabulary: 5);

        Assert.Equal(beginning, string.Join(' ', marks.Beginning));
        Assert.Equal(end, marks.End);
    }

    [Theory]
    [InlineData("{}", "decoder_start_token_id")]
    [InlineData("""{"decoder_start_token_id": 5}""", "from 0 to 4")]
    [InlineData("""{"decoder_start_token_id": 0, "eos_token_id": [1]}""", "eos_token_id")]
    public void What_is_no_id_is_refused(string config, string says) =>
        Assert.Contains(says, Assert.Throws<ModelFormatException>(() => OutputMarks.Read(Parse(config), 5)).Message, StringComparison.Ordinal);

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
