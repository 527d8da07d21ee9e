using Amend.Editing.Governance;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Runs;

public sealed class GuardPlanTests
{
    [Fact]
    public void A_breach_stops_the_row_unless_it_is_said_to_go_on()
    {
        Assert.Equal(new GuardPlan(new GuardLimits(), OnBreach.Stop), GuardPlan.Parse(""));
        Assert.Equal(
            new GuardPlan(new GuardLimits { Norm = 2, Past = null }, OnBreach.Revert), GuardPlan.Parse("norm=2,on-breach=revert,past=off"));
    }

    [Theory]
    [InlineData("on-breach=warn", "The guard's on-breach cannot be 'warn'; give stop or revert.")]
    [InlineData("on-breach=7", "The guard's on-breach cannot be '7'; give stop or revert.")]
    [InlineData("on-breach=stop,on-breach=revert", "The guard's on-breach cannot be 'stop' and 'revert'; give stop or revert.")]
    [InlineData("on-breach", "The limit 'on-breach' of the guard is not written as NAME=VALUE; write it so, such as perplexity=1.2.")]
    public void A_wrong_choice_is_refused_in_a_sentence(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<AmendException>(() => GuardPlan.Parse(text)).Message);
}
