using Amend.Editing.Workbench;
using Amend.Tensors;

namespace Amend.Editing.Tests.Workbench;

public sealed class OptionProblemsTests
{
    [Fact]
    public void What_is_in_range_is_no_problem()
    {
        var problems = new OptionProblems();

        problems.Count("n", 1);
        problems.Rate("lr", 1000);
        problems.Positive("factor", 1e9);
        problems.Positive("bound", (double?)null);
        problems.NotNegative("decay", 0);
        problems.Finite("threshold", -1e9);
        problems.Share("p", 0);
        problems.TemplateLengths("lengths", [[2, 0], [10, 1000]]);
        problems.Require(true, "wrong");
        problems.Add(null);

        problems.Refuse("x");
    }

    [Theory]
    [InlineData(0, "n is 0 and must be at least 1")]
    [InlineData(1_000_001, "n is 1000001 and must be at most 1000000")]
    public void A_count_has_a_least_and_a_most(int value, string message) => Says(message, problems => problems.Count("n", value));

    [Theory]
    [InlineData(0, "lr is 0 and must be a number, above 0")]
    [InlineData(double.NaN, "lr is NaN and must be a number, above 0")]
    [InlineData(1e38, "lr is 1E+38 and must be a number, above 0, at most 1000")]
    public void A_rate_is_above_0_and_has_a_most(double value, string message) => Says(message, problems => problems.Rate("lr", value));

    [Fact]
    public void Each_kind_of_number_says_its_range()
    {
        Says("a is -1 and must be a number, above 0", problems => problems.Positive("a", -1));
        Says("a is 0 and must be a number, above 0, or null for none", problems => problems.Positive("a", (double?)0));
        Says("a is -0.5 and must be a number, 0 or more", problems => problems.NotNegative("a", -0.5));
        Says("a is -Infinity and must be a number, finite, at most 1000000000", problems => problems.Finite("a", double.NegativeInfinity));
        Says("a is 1 and must be a number, 0 or more and below 1", problems => problems.Share("a", 1));
        Says(
            "a must be pairs of a length of at least 2 and a number of at most 1000, such as [[5,10],[10,10]]",
            problems => problems.TemplateLengths("a", [[5, 1001]]));
    }

    [Fact]
    public void All_problems_are_said_at_once() => Says("a is 0 and must be at least 1; b is -1 and must be a number, 0 or more", problems =>
    {
        problems.Count("a", 0);
        problems.NotNegative("b", -1);
    });

    private static void Says(string message, Action<OptionProblems> check)
    {
        var problems = new OptionProblems();
        check(problems);

        var failure = Assert.Throws<AmendException>(() => problems.Refuse("x"));

        Assert.Equal($"The editor x cannot edit with these settings: {message}.", failure.Message);
    }
}
