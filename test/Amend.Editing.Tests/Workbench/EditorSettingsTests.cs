using System.Text.Json.Nodes;
using Amend.Editing.Workbench;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Editors.Rome;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Editing.Tests.Workbench;

public sealed class EditorSettingsTests
{
    [Fact]
    public void Settings_are_the_fields_names_in_snake_case()
    {
        var settings = EditorSettings.Of(new RomeOptions { Layer = 17, FactToken = LookupToken.SubjectFirstAfterLast });

        Assert.Equal(17, (int)settings["layer"]!);
        Assert.Equal(0.5, (double)settings["v_lr"]!);
        Assert.Equal("subject_first_after_last", (string)settings["fact_token"]!);
        Assert.Equal("averaged", (string)settings["key_policy"]!);
        Assert.Equal("[[5,10],[10,10]]", settings["context_template_length_params"]!.ToJsonString());
    }

    [Fact]
    public void Text_is_put_over_options()
    {
        var options = EditorSettings.With(new RomeOptions { VLr = 0.25 }, new Dictionary<string, string>
        {
            ["v_num_grad_steps"] = "7",
            ["key_policy"] = "original",
            ["numerator"] = "\"rebuilding_rome\"",
            ["kl_at_prompt_end"] = "true",
            ["context_template_length_params"] = "[[3,2]]",
        });

        Assert.Equal(7, options.VNumGradSteps);
        Assert.Equal(KeyPolicy.Original, options.KeyPolicy);
        Assert.Equal(Numerator.RebuildingRome, options.Numerator);
        Assert.True(options.KlAtPromptEnd);
        Assert.Equal([[3, 2]], options.ContextTemplateLengthParams);
        Assert.Equal(0.25, options.VLr);
    }

    [Theory]
    [InlineData("[q_proj,v_proj]")]
    [InlineData("[ q_proj , v_proj ]")]
    [InlineData("[\"q_proj\",\"v_proj\"]")]
    public void A_list_of_names_needs_no_quotes(string text)
    {
        var options = EditorSettings.With(new FineTuningOptions(), new Dictionary<string, string> { ["target_modules"] = text });

        Assert.Equal(["q_proj", "v_proj"], options.TargetModules);
    }

    [Fact]
    public void What_options_become_can_be_read_back()
    {
        var options = new RomeOptions { Layer = 3, KeyPolicy = KeyPolicy.Bare, Mom2Ridge = 1e-5, ContextTemplateLengthParams = [[4, 1], [9, 2]] };

        var again = EditorSettings.With(new RomeOptions(), EditorSettings.Of(options));

        Assert.Equal(EditorSettings.Of(options).ToJsonString(), EditorSettings.Of(again).ToJsonString());
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        var failure = Refused("learning_rate", "1");

        Assert.Equal(
            $"There is no setting 'learning_rate'; known: {string.Join(", ", EditorSettings.Of(new RomeOptions()).Select(s => s.Key))}.",
            failure);
        Assert.Contains("v_lr", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v_lr", "fast", "The setting v_lr cannot be \"fast\"; it is now 0.5.")]
    [InlineData("v_lr", "\"0.5\"", "The setting v_lr cannot be \"0.5\"; it is now 0.5.")]
    [InlineData("v_lr", "NaN", "The setting v_lr cannot be \"NaN\"; it is now 0.5.")]
    [InlineData("v_lr", "null", "The setting v_lr cannot be null; it is now 0.5.")]
    [InlineData("v_lr", "", "The setting v_lr cannot be \"\"; it is now 0.5.")]
    [InlineData("v_num_grad_steps", "2.5", "The setting v_num_grad_steps cannot be 2.5; it is now 20.")]
    [InlineData("mom2_adjustment", "1", "The setting mom2_adjustment cannot be 1; it is now true.")]
    [InlineData("key_policy", "mean", "The setting key_policy cannot be \"mean\"; it is now \"averaged\".")]
    [InlineData("key_policy", "7", "The setting key_policy cannot be 7; it is now \"averaged\".")]
    [InlineData("context_template_length_params", "[5,10]", "The setting context_template_length_params cannot be [5,10]; it is now [[5,10],[10,10]].")]
    [InlineData("context_template_length_params", "null", "The setting context_template_length_params cannot be null; it is now [[5,10],[10,10]].")]
    public void A_value_of_the_wrong_type_is_refused_with_what_is_there_now(string name, string value, string sentence) =>
        Assert.Equal(sentence, Refused(name, value));

    [Fact]
    public void The_settings_given_are_not_taken_out_of_their_document()
    {
        var given = new JsonObject { ["layer"] = 2 };

        Assert.Equal(2, EditorSettings.With(new RomeOptions(), given).Layer);
        Assert.Equal(2, EditorSettings.With(new RomeOptions(), given).Layer);
    }

    private static string Refused(string name, string value) =>
        Assert.Throws<AmendException>(() => EditorSettings.With(new RomeOptions(), new Dictionary<string, string> { [name] = value })).Message;
}
