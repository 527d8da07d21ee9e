using Amend.Atlas.Facts;
using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class FixedTextTests
{
    [Fact]
    public void The_committed_text_is_the_embedded_worlds()
    {
        var text = FixedText.Of(AtlasWorld.LoadEmbedded(), seed: 1);

        Assert.Equal(text, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "suites", SuiteWriter.FixedTextFileName)));
        Assert.InRange(text.Length, 1000, 4000);
    }
}
