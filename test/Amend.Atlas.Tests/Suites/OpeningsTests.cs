using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class OpeningsTests
{
    [Fact]
    public void Openings_come_from_clauses_up_to_the_object_and_from_beginnings_of_statements()
    {
        using var folder = TempWorld.Whole();
        var world = folder.Load();
        var (zeus, guam) = (world.Facts.Single(f => f.Subject == "Zeus"), world.Facts.Single(f => f.Subject == "Guam"));

        var openings = Openings.Draw(zeus, 10, new Random(1));

        Assert.Equal(10, openings.Count);
        Assert.Equal(
            ["The deity Zeus was worshipped by the", "Zeus is a deity", "Zeus was honoured by"],
            openings.Distinct().Order(StringComparer.Ordinal));
        Assert.Contains("Guam lies in the", Openings.Draw(guam, 10, new Random(1)));
    }
}
