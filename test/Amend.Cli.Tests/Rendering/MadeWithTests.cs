using Amend.Cli.Rendering;

namespace Amend.Cli.Tests.Rendering;

public sealed class MadeWithTests
{
    [Theory]
    [InlineData("grace", "grace")]
    [InlineData("rome at layer 5", "rome", 5)]
    [InlineData("memit at layers 3 to 5", "memit", 3, 4, 5)]
    [InlineData("kn at layers 0 to 1, 3, 8 to 11, 13", "kn", 0, 1, 3, 8, 9, 10, 11, 13)]
    public void Layers_that_follow_each_other_are_a_range(string expected, string editor, params int[] layers) =>
        Assert.Equal(expected, MadeWith.Describe(editor, layers));
}
