using Amend.Editing.Templates;
using Amend.Tensors;

namespace Amend.Editing.Tests.Templates;

public sealed class ContextTemplatesTests
{
    [Fact]
    public void Templates_begin_with_the_bare_prompt()
    {
        Assert.Equal(["{}"], ContextTemplates.Bare.Validated().Texts);
        Assert.Equal(["{}", "So. {}"], new ContextTemplates(["{}", "So. {}"]).Validated().Texts);
    }

    [Theory]
    [InlineData("The first context template is ''; begin with the bare prompt, '{}'.")]
    [InlineData("The first context template is 'So. {}'; begin with the bare prompt, '{}'.", "So. {}", "{}")]
    [InlineData("The context template 'So.' has 0 places {} for the prompt; write it with exactly one.", "{}", "So.")]
    [InlineData("The context template '{} {}' has 2 places {} for the prompt; write it with exactly one.", "{}", "{} {}")]
    public void Templates_that_cannot_be_used_are_refused(string sentence, params string[] texts)
    {
        var failure = Assert.Throws<AmendException>(() => new ContextTemplates(texts).Validated());

        Assert.Equal(sentence, failure.Message);
    }
}
