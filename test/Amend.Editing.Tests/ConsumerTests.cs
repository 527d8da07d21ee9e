namespace Amend.Editing.Tests;

/// <summary>These tests are a program that references Amend.Editing: what lies beside them is what such a program ships.</summary>
public sealed class ConsumerTests
{
    [Theory]
    [InlineData("ScottPlot*")]
    [InlineData("*Skia*")]
    public void A_program_that_edits_ships_no_plotting(string pattern)
    {
        Assert.NotEmpty(Directory.GetFiles(AppContext.BaseDirectory, "Amend.Editing.dll"));
        Assert.Empty(Directory.GetFiles(AppContext.BaseDirectory, pattern, SearchOption.AllDirectories));
    }
}
