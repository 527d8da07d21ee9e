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
}
