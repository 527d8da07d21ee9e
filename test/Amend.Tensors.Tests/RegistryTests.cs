namespace Amend.Tensors.Tests;

public sealed class RegistryTests
{
    private readonly Registry<string> _animals = new("animal", animal => animal, ["heron", "toad", "newt"]);

    [Fact]
    public void What_is_known_is_found_by_its_name_and_listed_in_order()
    {
        Assert.Same(_animals[1], _animals.Find("toad"));
        Assert.Null(_animals.FindOrNull("Toad"));
        Assert.Null(_animals.FindOrNull(null));
        Assert.Equal(["heron", "toad", "newt"], _animals.Names);
        Assert.Equal(3, _animals.Count);
    }

    [Fact]
    public void A_host_adds_its_own_but_none_under_a_name_that_is_taken()
    {
        _animals.Add("vole");

        Assert.Equal("vole", _animals.Find("vole"));
        var failure = Assert.Throws<ArgumentException>(() => _animals.Add("toad"));
        Assert.StartsWith("The animal 'toad' is known already; give the new one another name.", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Registry<string>("animal", animal => animal, ["vole", "vole"]));
    }

    [Theory]
    [InlineData("harom", "No animal is named 'harom' (did you mean heron?); known: heron, toad, newt.")]
    [InlineData("TOAD", "No animal is named 'TOAD' (did you mean toad?); known: heron, toad, newt.")]
    [InlineData("elephant", "No animal is named 'elephant'; known: heron, toad, newt.")]
    [InlineData("", "No animal is named ''; known: heron, toad, newt.")]
    public void An_unknown_name_is_answered_with_the_known_ones_and_one_that_is_near(string asked, string message) =>
        Assert.Equal(message, Assert.Throws<AmendException>(() => _animals.Find(asked)).Message);
}
