using Amend.Editing;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Runs;

public sealed class RunRowTests
{
    private static readonly EditContext Context = new() { Layer = 2, Settings = new Dictionary<string, string> { ["v_lr"] = "0.3" } };

    [Fact]
    public void A_rows_own_settings_go_over_those_of_all_rows()
    {
        var row = RunRow.Parse("rome:key_policy=bare; v_lr=0.1", Context);

        Assert.Equal(("rome", 2), (row.Editor, row.Layer));
        Assert.Equal("""{"v_lr":"0.1","key_policy":"bare"}""", row.Settings.ToJsonString());
    }

    [Fact]
    public void A_row_may_have_a_layer_of_its_own()
    {
        var row = RunRow.Parse("rome:layer=4;v_lr=0.1", Context);

        Assert.Equal((4, """{"v_lr":"0.1"}"""), (row.Layer!.Value, row.Settings.ToJsonString()));
    }

    [Fact]
    public void The_unedited_model_has_neither_layer_nor_settings()
    {
        var row = RunRow.Parse("none", Context);

        Assert.Equal((null, 0), (row.Layer, row.Settings.Count));
    }

    [Theory]
    [InlineData("roam", "No editor")]
    [InlineData("rome:key_policy", "NAME=VALUE")]
    [InlineData("rome:=bare", "NAME=VALUE")]
    [InlineData("rome:layer=late", "'late'")]
    public void A_row_that_is_not_written_so_is_refused(string text, string names) =>
        Assert.Contains(names, Assert.Throws<AmendException>(() => RunRow.Parse(text, Context)).Message, StringComparison.Ordinal);
}
