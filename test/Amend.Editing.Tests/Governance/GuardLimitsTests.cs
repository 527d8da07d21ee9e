using System.Text.Json;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Governance;

public sealed class GuardLimitsTests
{
    [Fact]
    public void Nothing_is_the_defaults_and_what_is_named_goes_over_them()
    {
        Assert.Equal(new GuardLimits(), GuardLimits.Parse(""));
        Assert.Equal(
            new GuardLimits { Write = 0.5, Norm = 2, Denominator = -0.25, Perplexity = null, Past = 1 },
            GuardLimits.Parse("write=0.5, norm=2,denominator=-0.25,perplexity=off,past=1"));
    }

    [Theory]
    [InlineData("norm", "The limit 'norm' of the guard is not written as NAME=VALUE; write it so, such as perplexity=1.2.")]
    [InlineData("nrom=1", "No limit of the guard is named 'nrom' (did you mean norm?); known: write, norm, denominator, perplexity, past.")]
    [InlineData("norm=1,norm=2", "The limit 'norm' of the guard is given twice; give it once.")]
    [InlineData("norm=-1", "The limit 'norm' of the guard cannot be '-1'; give a number of at least 0, or off.")]
    [InlineData("past=80", "The limit 'past' of the guard cannot be '80'; give a number from 0 to 1, or off.")]
    [InlineData("perplexity=NaN", "The limit 'perplexity' of the guard cannot be 'NaN'; give a number of at least 0, or off.")]
    [InlineData("perplexity=", "The limit 'perplexity' of the guard cannot be ''; give a number of at least 0, or off.")]
    public void A_wrong_limit_is_refused_in_a_sentence(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<AmendException>(() => GuardLimits.Parse(text)).Message);

    [Fact]
    public void A_limit_that_is_off_is_still_off_when_it_is_read_again()
    {
        var limits = new GuardLimits { Norm = null, Past = null };

        Assert.Equal(limits, JsonSerializer.Deserialize<GuardLimits>(JsonSerializer.Serialize(limits, EditJson.Options), EditJson.Options));
    }
}
