using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class TargetSequenceTests : IDisposable
{
    private readonly LanguageModel _model = TinyModels.Gpt2();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("Rome")]
    [InlineData(" Rome")]
    public void The_target_is_set_off_by_one_space_and_scored_with_it(string target)
    {
        var sequence = TargetSequence.Create(_model, "It is in", target);

        Assert.Equal("It is in Rome", _model.Tokenizer.Decode(sequence.Ids));
        Assert.Equal(8, sequence.TargetStart);
        Assert.Equal(5, sequence.TargetTokens);
        Assert.Equal([7, 8, 9, 10, 11], sequence.Places);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_target_is_refused(string target)
    {
        var error = Assert.Throws<AmendException>(() => TargetSequence.Create(_model, "It is in", target));

        Assert.Equal("The target after 'It is in' is empty; give at least one word.", error.Message);
    }

    [Fact]
    public void An_empty_prompt_is_refused()
    {
        var error = Assert.Throws<AmendException>(() => TargetSequence.Create(_model, "", "Rome"));

        Assert.Equal("The prompt before the target 'Rome' is empty; give at least one word.", error.Message);
    }

    [Theory]
    [InlineData("The tower is in", "Rome", " Rome")]
    [InlineData("The tower is in", " Rome", " Rome")]
    [InlineData("The tower is in ", "Rome", "Rome")]
    [InlineData("The tower is in\n", "Rome", "Rome")]
    [InlineData("Is it in \"", "Rome", " Rome")]
    [InlineData("埃菲尔铁塔在", "罗马", "罗马")]
    [InlineData("埃菲尔铁塔在", "Rome", "Rome")]
    [InlineData("The tower is in", "罗马", " 罗马")]
    [InlineData("问：塔在哪里？", "罗马", "罗马")]
    [InlineData("에펠탑은", "로마", " 로마")]
    [InlineData("タワーは", "ローマ", "ローマ")]
    public void A_target_follows_after_a_space_unless_there_is_one_or_the_prompts_script_has_none(string prompt, string target, string expected) =>
        Assert.Equal(expected, TargetSequence.Behind(prompt, target));
}
